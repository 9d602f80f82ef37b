using System.Text.RegularExpressions;

namespace Onboarding.Api;

/// <summary>Makes what a foreign program wrote fit for a message: one line, and without what looks like a credential.</summary>
public static partial class Redaction
{
    /// <summary>The text on one line, with <c>[redacted]</c> in place of each word that may be a secret.</summary>
    /// <param name="text">What the program wrote.</param>
    public static string Apply(string text) =>
        LongWord().Replace(WhiteSpace().Replace(text, " ").Trim(), "[redacted]");

    // JWTs (whose first part may be short), base64 keys, session tokens: nothing of that length is prose. That it takes a long path along is the lesser evil.
    [GeneratedRegex(@"eyJ[A-Za-z0-9_=.-]+|[A-Za-z0-9+/_=-]{24,}(\.[A-Za-z0-9+/_=-]+)*")]
    private static partial Regex LongWord();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex WhiteSpace();
}
