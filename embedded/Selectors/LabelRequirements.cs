using System.Text.Json;
using Onboarding.Embedded.Admission;
using Onboarding.Embedded.Errors;

namespace Onboarding.Embedded.Selectors;

/// <summary>A label selector as in URLs: <c>a=b,c!=d,e in (f,g),h,!i,j notin (k)</c>.</summary>
internal sealed class LabelRequirements
{
    private readonly List<LabelRequirement> _requirements = [];

    public bool IsEmpty => _requirements.Count == 0;

    /// <exception cref="ApiException">The text is no selector.</exception>
    public static LabelRequirements Parse(string text)
    {
        var selector = new LabelRequirements();
        foreach (string part in Split(text))
        {
            selector._requirements.Add(Requirement(part, text));
        }

        return selector;
    }

    public bool Matches(JsonElement value)
    {
        JsonElement labels = value.TryGetProperty("metadata", out JsonElement metadata) &&
            metadata.TryGetProperty("labels", out JsonElement found) ? found : default;
        return _requirements.TrueForAll(r => r.Holds(
            labels.ValueKind == JsonValueKind.Object && labels.TryGetProperty(r.Key, out JsonElement label) ? label.GetString() : null));
    }

    private static LabelRequirement Requirement(string part, string whole)
    {
        string[] words = part.Split([' ', '('], 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words is [var key, "in" or "notin", var list] && list.EndsWith(')'))
        {
            return Checked(new LabelRequirement(key, words[1], [.. list[..^1].Split(',', StringSplitOptions.TrimEntries)]), whole);
        }

        if (part.StartsWith('!'))
        {
            return Checked(new LabelRequirement(part[1..].Trim(), "!", []), whole);
        }

        foreach ((string sign, string operation) in (ReadOnlySpan<(string, string)>)[("!=", "notin"), ("==", "in"), ("=", "in")])
        {
            int at = part.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0)
            {
                return Checked(new LabelRequirement(part[..at].Trim(), operation, [part[(at + sign.Length)..].Trim()]), whole);
            }
        }

        return Checked(new LabelRequirement(part.Trim(), "exists", []), whole);
    }

    private static LabelRequirement Checked(LabelRequirement requirement, string whole)
    {
        string? wrong = NameRules.Prefix(requirement.Key) ?? requirement.Values.Select(NameRules.LabelValue).FirstOrDefault(w => w is not null);
        return wrong is null
            ? requirement
            : throw ApiErrors.BadRequest($"unable to parse requirement in label selector '{whole}': {wrong}");
    }

    /// <summary>Splits at commas outside parentheses.</summary>
    private static IEnumerable<string> Split(string text)
    {
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                string part = text[start..i].Trim();
                if (part.Length > 0)
                {
                    yield return part;
                }

                start = i + 1;
            }
            else
            {
                depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            }
        }
    }
}
