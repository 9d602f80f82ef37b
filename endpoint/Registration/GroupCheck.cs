using System.Text.RegularExpressions;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Registration;

/// <summary>
/// Whether a group gives its members labels that the cluster takes. Istio lets a group have any; the entry made of it is refused, after half
/// of the member's records are written.
/// </summary>
internal static partial class GroupCheck
{
    private const int LongestPart = 63;
    private const int LongestPrefix = 253;

    /// <summary>Refuses a member of a group that the cluster wouldn't take.</summary>
    /// <exception cref="RefusedException">It names the label.</exception>
    public static void Check(WorkloadGroup group)
    {
        foreach ((string key, string value) in GroupTemplate.LabelsOf(group))
        {
            if (!IsKey(key) || value.Length > LongestPart || !Value().IsMatch(value))
            {
                throw Refuse.Precondition(
                    Reasons.RecordInvalid,
                    $"WorkloadGroup {group.Metadata.Namespace}/{group.Metadata.Name} gives its members the label \"{ForeignText.Clean($"{key}: {value}")}\", which no "
                    + "object may have: 63 letters, digits, '-', '_' and '.' at most. "
                    + $"Correct it: kubectl -n {group.Metadata.Namespace} edit workloadgroup {group.Metadata.Name}");
            }
        }
    }

    private static bool IsKey(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        string name = key[(slash + 1)..];
        return name.Length is > 0 and <= LongestPart && Value().IsMatch(name)
            && (slash < 0 || (slash is > 0 and <= LongestPrefix && Prefix().IsMatch(key[..slash])));
    }

    [GeneratedRegex("^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Value();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();
}
