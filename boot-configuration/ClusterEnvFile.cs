using Onboarding.BootConfiguration.Text;

namespace Onboarding.BootConfiguration;

/// <summary>Shell assignments, whole lines in the order of their bytes (so <c>A1=</c> is before <c>A=</c>).</summary>
internal static class ClusterEnvFile
{
    public static string Write(IEnumerable<KeyValuePair<string, string>> variables, ClusterEnvStyle style) => string.Concat(variables
        .Select(v => $"{v.Key}={ShellQuote.Quote(v.Value, style)}")
        .Order(ByteOrder.Instance)
        .Select(line => line + "\n"));

    /// <summary>Whether a shell takes the name, and nothing else, as a variable's.</summary>
    public static bool IsVariable(string name) =>
        name is [(>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or '_', ..] && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
