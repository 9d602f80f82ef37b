namespace Onboarding.Operator.Install;

/// <summary>Names of what the operator makes of an OnboardingPlane.</summary>
internal static class PlaneNames
{
    /// <summary>Deployment, Service, HorizontalPodAutoscaler, PodDisruptionBudget, NetworkPolicy, Certificate, Gateway and VirtualService.</summary>
    public const string Plane = "onboarding-plane";

    /// <summary>The ConfigMap.</summary>
    public const string Configuration = "onboarding-plane-config";

    /// <summary>The program, its image and its service account.</summary>
    public const string Endpoint = "onboarding-endpoint";

    /// <summary>The operator as a field manager, and as what manages an object.</summary>
    public const string Operator = "onboarding-operator";

    /// <summary>Key of the ConfigMap that pods read.</summary>
    public const string LogLevels = "log-levels";

    /// <summary>On the pods: what of the ConfigMap they started with.</summary>
    public const string ConfigurationHash = "onboarding.tetrate.io/config-hash";

    /// <summary>The port that agents dial.</summary>
    public const int AgentPort = 15443;

    /// <summary>Where the certificate is in the container.</summary>
    public const string CertificateDirectory = "/run/onboarding/tls";

    /// <summary>Labels of every object.</summary>
    public static Dictionary<string, string> Labels => new()
    {
        ["app.kubernetes.io/name"] = Endpoint,
        ["app.kubernetes.io/instance"] = Plane,
        ["app.kubernetes.io/managed-by"] = Operator,
    };

    /// <summary>Labels that tell the pods apart from all others; a Deployment's selector can never be changed.</summary>
    public static Dictionary<string, string> Selector => new()
    {
        ["app.kubernetes.io/name"] = Endpoint,
        ["app.kubernetes.io/instance"] = Plane,
    };
}
