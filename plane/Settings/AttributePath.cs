using System.Text;
using System.Text.Json;

namespace Onboarding.Plane.Settings;

/// <summary>
/// The documented subset of JSONPath that names the claim holding a token's attributes: <c>.a.b</c> or <c>$.a.b</c>; a backslash
/// takes the character after it as it is, which is how a dot, a space or a bracket gets into a name. Everything else that full
/// JSONPath would give a meaning is refused rather than taken for a name.
/// </summary>
internal sealed class AttributePath
{
    private const string Operators = "[]*?()@'\"";
    private readonly IReadOnlyList<string> _names;

    private AttributePath(IReadOnlyList<string> names) => _names = names;

    /// <summary>Names of the claims, outermost first.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Reads a path.</summary>
    /// <exception cref="FormatException">It isn't one; the message says where.</exception>
    public static AttributePath Parse(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        int at = path.StartsWith('$') ? 1 : 0;
        if (at >= path.Length || path[at] != '.')
        {
            throw new FormatException($"'{path}' isn't a path: it begins with '.' or '$.', e.g. .custom_attributes");
        }

        var names = new List<string>();
        while (at < path.Length)
        {
            names.Add(ReadName(path, ref at));
        }

        return new AttributePath(names);
    }

    /// <summary>The claim the path leads to, or null.</summary>
    /// <param name="claims">The token's payload.</param>
    public JsonElement? Find(JsonElement claims)
    {
        JsonElement current = claims;
        foreach (string name in _names)
        {
            if (current.ValueKind != JsonValueKind.Object || !current.TryGetProperty(name, out current))
            {
                return null;
            }
        }

        return current;
    }

    private static string ReadName(string path, ref int at)
    {
        var name = new StringBuilder();
        for (at++; at < path.Length && path[at] != '.'; at++)
        {
            char c = path[at];
            if (c == '\\')
            {
                at++;
                c = at < path.Length ? path[at] : throw new FormatException($"'{path}' ends with a backslash that escapes nothing");
            }
            else if (c == ' ' || Operators.Contains(c, StringComparison.Ordinal))
            {
                throw new FormatException($"'{path}' has '{c}' at {at + 1}; in a name, write \\{c}");
            }

            name.Append(c);
        }

        return name.Length > 0 ? name.ToString() : throw new FormatException($"'{path}' has an empty name before {at + 1}");
    }
}
