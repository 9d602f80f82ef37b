namespace Onboarding.Api;

/// <summary>API groups and versions of the kinds this project reads and writes.</summary>
public static class ApiGroups
{
    /// <summary>Files on a host: OnboardingConfiguration, AgentConfiguration.</summary>
    public const string Configuration = "config.agent.onboarding.tetrate.io";

    /// <summary>OnboardingPolicy.</summary>
    public const string Authorization = "authorization.onboarding.tetrate.io";

    /// <summary>WorkloadAutoRegistration, WorkloadKeyBinding.</summary>
    public const string Runtime = "runtime.onboarding.tetrate.io";

    /// <summary>OnboardingPlane.</summary>
    public const string Install = "install.onboarding.tetrate.io";

    /// <summary>Istio's WorkloadGroup, WorkloadEntry.</summary>
    public const string Istio = "networking.istio.io";

    /// <summary>Version of all of our groups.</summary>
    public const string Version = "v1alpha1";

    /// <summary>The version of Istio's group that is stored; <c>v1beta1</c> and <c>v1alpha3</c> have the same schemas.</summary>
    public const string IstioVersion = "v1";
}
