using Onboarding.Api.Istio;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>Who a member of a group is in the mesh.</summary>
internal static class SpiffeId
{
    private const string DefaultAccount = "default";

    /// <summary>The service account of a group's members.</summary>
    public static string AccountOf(WorkloadGroup group) =>
        group.Spec.Template.ServiceAccount is { Length: > 0 } account ? account : DefaultAccount;

    /// <summary>The SPIFFE ID of a group's members.</summary>
    public static string Of(WorkloadGroup group, string trustDomain) =>
        $"spiffe://{trustDomain}/ns/{group.Metadata.Namespace}/sa/{AccountOf(group)}";
}
