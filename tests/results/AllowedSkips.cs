namespace Onboarding.Tests.Results;

/// <summary>The list of capabilities for lack of which a test may skip: <c>tests/allowed-skips</c>.</summary>
public sealed class AllowedSkips
{
    private const string Anywhere = "anywhere";
    private const string Outside = "outside";

    private readonly Dictionary<string, string> _places = [];

    private AllowedSkips()
    {
    }

    /// <summary>The names of all capabilities on the list.</summary>
    public IReadOnlyCollection<string> Capabilities => _places.Keys;

    /// <summary>Reads the list.</summary>
    /// <exception cref="FormatException">A line is not a capability and a place, or names a capability again.</exception>
    public static AllowedSkips Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var list = new AllowedSkips();
        foreach (string line in text.Split('\n').Select(l => l.Split('#')[0].Trim()).Where(l => l.Length > 0))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is not [_, Anywhere or Outside] || !list._places.TryAdd(words[0], words[1]))
            {
                throw new FormatException($"'{line}' is not a new capability followed by '{Anywhere}' or '{Outside}'");
            }
        }

        return list;
    }

    /// <summary>Whether a test may skip.</summary>
    /// <param name="reason">Why it skipped. It starts with the capability's name and a colon.</param>
    /// <param name="isCi">Whether this is CI, where everything is installed that can be.</param>
    public bool Allows(string reason, bool isCi)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return _places.TryGetValue(reason.Split(':')[0], out string? place) && (place == Anywhere || !isCi);
    }
}
