using System.Text.RegularExpressions;

namespace Onboarding.Client.BootConfiguration;

/// <summary>
/// Names whose values aren't shown. Anything may be in <c>proxyMetadata</c>, also what shouldn't; the name is all there is to go by,
/// and one that is hidden without need costs less than one that is shown.
/// </summary>
internal static partial class SecretNames
{
    public const string NotShown = "(not shown)";

    public static bool IsOne(string name) => Pattern().IsMatch(name);

    [GeneratedRegex("secret|passw|token|credential|private|apikey|api_key|auth_header", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
