using System.Buffers;

namespace Onboarding.BootConfiguration.Text;

/// <summary>
/// Quotes a value for a file that a POSIX shell sources, with the very choice Istio makes: its list of characters that need no
/// quotes was meant to be "word characters and a few more", but is written so that only a literal backslash and <c>w</c> got in.
/// </summary>
internal static class ShellQuote
{
    private static readonly SearchValues<char> Bare = SearchValues.Create("w@%+=:,./-");
    private static readonly SearchValues<char> BareInIstio = SearchValues.Create("\\w@%+=:,./-");

    /// <summary>
    /// The quoted text. Within single quotes a shell knows no escapes at all, so nothing in a value can end the quoting except
    /// a single quote, which is put between double quotes.
    /// </summary>
    public static string Quote(string value, ClusterEnvStyle style)
    {
        if (value.Length == 0)
        {
            return "''";
        }

        SearchValues<char> bare = style == ClusterEnvStyle.AsIstio ? BareInIstio : Bare;
        return value.AsSpan().ContainsAnyExcept(bare) ? "'" + value.Replace("'", "'\"'\"'", StringComparison.Ordinal) + "'" : value;
    }
}
