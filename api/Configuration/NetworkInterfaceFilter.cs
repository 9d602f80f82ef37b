using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Which network interfaces count. The patterns are RE2: no back-references, no look-around, linear time.</summary>
public sealed record NetworkInterfaceFilter
{
    /// <summary>Patterns of which one must be found in the name; empty means every interface.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns of which none may be found in the name.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>True if an interface counts.</summary>
    /// <param name="interfaceName">Its name, e.g. <c>ens5</c>.</param>
    /// <exception cref="ArgumentException">A pattern isn't valid; those that were read from a file are.</exception>
    public bool Accepts(string interfaceName)
    {
        ArgumentNullException.ThrowIfNull(interfaceName);
        bool Found(string pattern) => Compile(pattern).IsMatch(interfaceName);
        return (Include.Count == 0 || Include.Any(Found)) && !Exclude.Any(Found);
    }

    internal static NetworkInterfaceFilter Read(MapReader reader) => new()
    {
        Include = reader.Texts("include", Check),
        Exclude = reader.Texts("exclude", Check),
    };

    internal JsonObject ToJson() => new JsonObject().With("include", Include).With("exclude", Exclude);

    private static Regex Compile(string pattern) =>
        // RE2 writes named groups (?P<name>…). NonBacktracking is .NET's own linear-time engine: a pattern can't hang the agent.
        new(pattern.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static string? Check(string pattern)
    {
        if (pattern.Length == 0)
        {
            return "must not be empty";
        }

        try
        {
            Compile(pattern);
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return $"must be an RE2 regular expression: {exception.Message.TrimEnd('.')}";
        }
    }
}
