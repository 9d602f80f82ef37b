namespace Onboarding.Operator.Install;

/// <summary>What there is to be in the plane's namespace: a function of the OnboardingPlane alone.</summary>
internal static class DesiredObjects
{
    /// <summary>Every object, in the order in which they are written; those without content are not wanted.</summary>
    public static IReadOnlyList<InstalledObject> Create(InstallInputs inputs) =>
    [
        InstalledObject.Create(InstalledKind.ConfigMap, PlaneNames.Configuration, EndpointDeployment.Configuration(inputs)),
        new(InstalledKind.Certificate, PlaneNames.Plane, EndpointNetwork.Certificate(inputs)),
        InstalledObject.Create(InstalledKind.NetworkPolicy, PlaneNames.Plane, EndpointNetwork.Policy(inputs)),
        InstalledObject.Create(InstalledKind.Deployment, PlaneNames.Plane, EndpointDeployment.Create(inputs)),
        InstalledObject.Create(InstalledKind.DisruptionBudget, PlaneNames.Plane, EndpointScaling.Budget(inputs)),
        InstalledObject.Create(InstalledKind.Autoscaler, PlaneNames.Plane, EndpointScaling.Autoscaler(inputs)),
        InstalledObject.Create(InstalledKind.Service, PlaneNames.Plane, EndpointNetwork.Service(inputs)),
        new(InstalledKind.Gateway, PlaneNames.Plane, EndpointNetwork.Gateway(inputs)),
        new(InstalledKind.VirtualService, PlaneNames.Plane, EndpointNetwork.Routes(inputs)),
    ];
}
