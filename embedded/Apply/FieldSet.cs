using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Apply;

/// <summary>
/// A set of field paths, as a tree, in the form <c>managedFields</c> keeps it: <c>f:name</c> for a field, <c>k:{…}</c> for a list
/// item by its keys, <c>v:…</c> for a list item by its value, <c>.</c> for the node itself.
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>True if the path that leads here is in the set.</summary>
    public bool Member { get; set; }

    public bool IsEmpty => !Member && _children.Count == 0;

    public IEnumerable<KeyValuePair<string, FieldSet>> Children => _children;

    public static FieldSet FromJson(JsonNode? fields)
    {
        var set = new FieldSet();
        foreach ((string element, JsonNode? child) in fields as JsonObject ?? [])
        {
            if (element == ".")
            {
                set.Member = true;
            }
            else
            {
                FieldSet sub = FromJson(child);
                sub.Member |= child is not JsonObject { Count: > 0 };
                set._children[element] = sub;
            }
        }

        return set;
    }

    /// <summary>The part of the set below an element; null if there is none.</summary>
    public FieldSet? Child(string element) => _children.GetValueOrDefault(element);

    /// <summary>The part below an element, to add to.</summary>
    public FieldSet Enter(string element)
    {
        if (!_children.TryGetValue(element, out FieldSet? child))
        {
            child = new FieldSet();
            _children[element] = child;
        }

        return child;
    }

    public void Remove(string element) => _children.Remove(element);

    public FieldSet Union(FieldSet other) => Combine(this, other, (a, b) => a || b);

    public FieldSet Intersect(FieldSet other) => Combine(this, other, (a, b) => a && b);

    public FieldSet Without(FieldSet other) => Combine(this, other, (a, b) => a && !b);

    public bool SetEquals(FieldSet other) =>
        Member == other.Member && _children.Count == other._children.Count &&
        _children.All(c => other._children.TryGetValue(c.Key, out FieldSet? match) && c.Value.SetEquals(match));

    public JsonObject ToJson(bool root = true)
    {
        var json = new JsonObject();
        if (Member && !root && _children.Count > 0)
        {
            json["."] = new JsonObject();
        }

        foreach ((string element, FieldSet child) in _children)
        {
            json[element] = child.ToJson(root: false);
        }

        return json;
    }

    /// <summary>Every path in the set as people read it, e.g. <c>.spec.ports[name="http"]</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (Member && prefix.Length > 0)
        {
            yield return prefix;
        }

        foreach ((string element, FieldSet child) in _children)
        {
            foreach (string path in child.Paths(prefix + Text(element)))
            {
                yield return path;
            }
        }
    }

    private static string Text(string element) => element[0] switch
    {
        'f' => $".{element[2..]}",
        'v' => $"[={element[2..]}]",
        _ => $"[{string.Join(",", JsonNode.Parse(element[2..])!.AsObject().Select(k => $"{k.Key}={k.Value?.ToJsonString() ?? "null"}"))}]",
    };

    private static FieldSet Combine(FieldSet? left, FieldSet? right, Func<bool, bool, bool> member)
    {
        var result = new FieldSet { Member = member(left?.Member ?? false, right?.Member ?? false) };
        IEnumerable<string> elements = (left?._children.Keys ?? Enumerable.Empty<string>())
            .Union(right?._children.Keys ?? Enumerable.Empty<string>());
        foreach (string element in elements)
        {
            FieldSet child = Combine(left?.Child(element), right?.Child(element), member);
            if (!child.IsEmpty)
            {
                result._children[element] = child;
            }
        }

        return result;
    }
}
