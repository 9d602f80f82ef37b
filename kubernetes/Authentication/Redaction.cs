using System.Text.RegularExpressions;

namespace Onboarding.Kubernetes.Authentication;

/// <summary>Makes what a foreign program wrote fit for a message: one line, and without what looks like a credential.</summary>
internal static partial class Redaction
{
    public static string Apply(string text) => LongWord().Replace(WhiteSpace().Replace(text, " ").Trim(), "[redacted]");

    // JWTs (whose first part may be short), base64 keys, session tokens: nothing of that length is prose. That it takes a long path along is the lesser evil.
    [GeneratedRegex(@"eyJ[A-Za-z0-9_=.-]+|[A-Za-z0-9+/_=-]{24,}(\.[A-Za-z0-9+/_=-]+)*")]
    private static partial Regex LongWord();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex WhiteSpace();
}
