using System.Text.RegularExpressions;

namespace Onboarding.AgentHost.Commands;

/// <summary>
/// Takes secrets out of what a machine sends to people who help. What is in a log or a configuration file can be anything, so form and name
/// are all there is to go by; what is taken out without need costs less than what is sent.
/// </summary>
internal static partial class BundleRedaction
{
    private const string Redacted = "[redacted]";

    /// <summary>The text without what may be a secret.</summary>
    public static string Apply(string text)
    {
        text = PrivateKey().Replace(text, Redacted);
        text = UserInformation().Replace(text, $"//{Redacted}@");
        text = NamedSecret().Replace(text, $"$1{Redacted}");
        text = EnvironmentValue().Replace(text, $"$1{Redacted}");
        text = Token().Replace(text, Redacted);
        return LongWord().Replace(text, Redacted);
    }

    // Also one whose end was cut off.
    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)", RegexOptions.Singleline)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"//[^/\s@]+@")]
    private static partial Regex UserInformation();

    // name: value, NAME='value', "name": "value"; a mapping or a list that begins is no value.
    [GeneratedRegex(
        @"([\w.-]*(?:secret|passw|token|private|apikey|api_key|api-key|authorization|cookie)[\w.-]*[""']?[ \t]*[:=][ \t]*)(?![\[{])(?:(?:bearer|basic)[ \t]+)?(?:""[^""\n]*""|'[^'\n]*'|[^\s,}]+)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NamedSecret();

    // An item of env in an AgentConfiguration: what a plugin is given may be its password.
    [GeneratedRegex(@"(\bvalue:[ \t]*)(?:""[^""\n]*""|'[^'\n]*'|[^,}\n]+)")]
    private static partial Regex EnvironmentValue();

    // JWTs, join tokens, key ids of AWS.
    [GeneratedRegex(@"eyJ[A-Za-z0-9_=-]+(?:\.[A-Za-z0-9_=-]+)*|ojt1\.[^\s""']+|\b(?:AKIA|ASIA)[A-Z0-9]{12,}")]
    private static partial Regex Token();

    // Base64 and hex of that length with a digit; a uid is no secret.
    [GeneratedRegex(@"(?<![A-Za-z0-9+_=-])(?![0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)(?=[A-Za-z+_=-]*[0-9])[A-Za-z0-9+_=-]{32,}(?:/[A-Za-z0-9+_=-]+)*")]
    private static partial Regex LongWord();
}
