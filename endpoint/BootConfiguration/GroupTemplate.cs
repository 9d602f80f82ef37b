using Onboarding.Api.Istio;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>What a WorkloadGroup gives its members.</summary>
internal static class GroupTemplate
{
    private const string DefaultAccount = "default";

    /// <summary>The service account of a group's members.</summary>
    public static string AccountOf(WorkloadGroup group) =>
        group.Spec.Template.ServiceAccount is { Length: > 0 } account ? account : DefaultAccount;

    /// <summary>The group with its account written out: istioctl takes <c>default</c> for a group in a file, and leaves a stored one's empty.</summary>
    public static WorkloadGroup WithAccount(WorkloadGroup group) => group.Spec.Template.ServiceAccount is { Length: > 0 }
        ? group
        : group with { Spec = group.Spec with { Template = group.Spec.Template with { ServiceAccount = DefaultAccount } } };

    /// <summary>The SPIFFE ID of a group's members.</summary>
    public static string SpiffeIdOf(WorkloadGroup group, string trustDomain) =>
        $"spiffe://{trustDomain}/ns/{group.Metadata.Namespace}/sa/{AccountOf(group)}";

    /// <summary>Labels that a group gives its members; those of the template win, as in what istioctl makes.</summary>
    public static IReadOnlyDictionary<string, string> LabelsOf(WorkloadGroup group)
    {
        var labels = new Dictionary<string, string>(group.Spec.Metadata?.Labels ?? new Dictionary<string, string>());
        foreach ((string key, string value) in group.Spec.Template.Labels)
        {
            labels[key] = value;
        }

        return labels;
    }
}
