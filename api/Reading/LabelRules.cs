using System.Collections.ObjectModel;

namespace Onboarding.Api.Reading;

/// <summary>What Kubernetes accepts as labels (<c>apimachinery/pkg/util/validation</c>).</summary>
public static class LabelRules
{
    private const int LongestName = 63;
    private const int LongestPrefix = 253;

    /// <summary>Checks the key of a label or annotation.</summary>
    /// <param name="key">The key: an optional DNS subdomain and a slash, then a name.</param>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? Key(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string[] parts = key.Split('/');
        string name = parts[^1];
        if (parts.Length > 2 || !IsName(name))
        {
            return "must be a label key: a name of at most 63 letters, digits, '-', '_' and '.', after an optional DNS prefix and '/'";
        }

        return parts.Length == 1 || IsDnsSubdomain(parts[0]) ? null : "must have a DNS name in lower case before '/'";
    }

    /// <summary>Checks the value of a label.</summary>
    /// <param name="value">The value; may be empty.</param>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? Value(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length == 0 || IsName(value)
            ? null
            : "must be a label value: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";
    }

    /// <summary>True for a name as Kubernetes objects have it: DNS-1123 subdomain, at most 253 characters.</summary>
    /// <param name="name">The name.</param>
    public static bool IsDnsSubdomain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= LongestPrefix
            && name.Split('.').All(label => Reading.Checks.IsDnsLabel(label, LongestPrefix));
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}

/// <summary>The map that every record without labels shares.</summary>
internal static class EmptyMap
{
    public static IReadOnlyDictionary<string, string> Instance { get; } = ReadOnlyDictionary<string, string>.Empty;
}
