using Onboarding.Api.Configuration;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;

namespace Onboarding.Api;

/// <summary>The kinds that people write.</summary>
public static class ResourceKinds
{
    // Versions of Istio's API group that are served besides the stored one, with the same schemas.
    private static readonly string[] OtherIstioVersions = [$"{ApiGroups.Istio}/v1beta1", $"{ApiGroups.Istio}/v1alpha3"];

    /// <summary>What to join, and where.</summary>
    public static ResourceKind<OnboardingConfiguration> OnboardingConfiguration { get; } = new(
        Api.Configuration.OnboardingConfiguration.ApiVersion, Api.Configuration.OnboardingConfiguration.Kind, Api.Configuration.OnboardingConfiguration.Read);

    /// <summary>How an agent works on its host.</summary>
    public static ResourceKind<AgentConfiguration> AgentConfiguration { get; } = new(
        Api.Configuration.AgentConfiguration.ApiVersion, Api.Configuration.AgentConfiguration.Kind, Api.Configuration.AgentConfiguration.Read);

    /// <summary>Who may join.</summary>
    public static ResourceKind<OnboardingPolicy> OnboardingPolicy { get; } = new(
        Policies.OnboardingPolicy.Definition.ApiVersion, "OnboardingPolicy", Policies.OnboardingPolicy.Read);

    /// <summary>Configuration of the plane.</summary>
    public static ResourceKind<OnboardingPlane> OnboardingPlane { get; } = new(
        Install.OnboardingPlane.Definition.ApiVersion, "OnboardingPlane", Install.OnboardingPlane.Read);

    /// <summary>Istio's template for workloads.</summary>
    public static ResourceKind<WorkloadGroup> WorkloadGroup { get; } = new(
        Istio.WorkloadGroup.Definition.ApiVersion, "WorkloadGroup", Istio.WorkloadGroup.Read, OtherIstioVersions);
}
