using k8s.Models;
using Onboarding.Api.Install;
using Onboarding.Api.Reading;

namespace Onboarding.Operator.Install;

/// <summary>What the operator makes objects of: an OnboardingPlane, with what Kubernetes defines in it read by the types of Kubernetes.</summary>
internal sealed record InstallInputs
{
    private const string Component = "spec.components.instance";
    private const string DeploymentPath = $"{Component}.kubeSpec.deployment";

    /// <summary>The plane.</summary>
    public required OnboardingPlane Plane { get; init; }

    /// <summary>Image of the endpoint.</summary>
    public required string Image { get; init; }

    public V1ResourceRequirements? Resources { get; private init; }

    public V1Affinity? Affinity { get; private init; }

    public IReadOnlyList<V1Toleration> Tolerations { get; private init; } = [];

    public IReadOnlyList<V1EnvVar> Env { get; private init; } = [];

    public IReadOnlyList<V2MetricSpec> Metrics { get; private init; } = [];

    /// <summary>What it says; only planes without errors get here.</summary>
    public OnboardingPlaneSpec Spec => Plane.Spec!;

    /// <summary>Where agents reach it.</summary>
    public PlaneEndpoint Endpoint => Spec.Endpoint!;

    /// <summary>Settings of the Deployment.</summary>
    public DeploymentSettings Deployment => Spec.Instance.KubeSpec.Deployment;

    /// <summary>Its namespace.</summary>
    public string Namespace => Plane.Metadata.Namespace!;

    /// <summary>Reads a plane.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="version">Version of this program, which is that of its images.</param>
    /// <param name="image">Image that the operator was told to run where the plane doesn't say.</param>
    /// <returns>What it is made of; null where it has an error. All errors and warnings.</returns>
    public static (InstallInputs? Inputs, IReadOnlyList<Problem> Problems) Read(OnboardingPlane plane, string version, string image)
    {
        List<Problem> problems = [.. plane.Problems];
        if (plane.Spec is not { } spec)
        {
            return (null, problems);
        }

        DeploymentSettings deployment = spec.Instance.KubeSpec.Deployment;
        var inputs = new InstallInputs
        {
            Plane = plane,
            Image = spec.Instance.Image ?? (spec.Hub is { } hub ? $"{hub.TrimEnd('/')}/{PlaneNames.Endpoint}:{version}" : image),
            Resources = KubernetesTypes.Read<V1ResourceRequirements>(deployment.Resources, $"{DeploymentPath}.resources", problems),
            Affinity = KubernetesTypes.Read<V1Affinity>(deployment.Affinity, $"{DeploymentPath}.affinity", problems),
            Tolerations = KubernetesTypes.ReadAll<V1Toleration>(deployment.Tolerations, $"{DeploymentPath}.tolerations", problems),
            Env = KubernetesTypes.ReadAll<V1EnvVar>(deployment.Env, $"{DeploymentPath}.env", problems),
            Metrics = KubernetesTypes.ReadAll<V2MetricSpec>(deployment.HpaSpec?.Metrics ?? [], $"{DeploymentPath}.hpaSpec.metrics", problems),
        };
        if (spec.Endpoint is null)
        {
            problems.Add(new Problem
            {
                Path = "spec.endpoint",
                Reason = ProblemReason.Required,
                Message = "is required: hosts[] and secretName say which certificate agents see",
            });
        }

        foreach ((string argument, int i) in spec.Instance.Args.Select((a, i) => (a, i)).Where(a => EndpointDeployment.Sets(a.a)))
        {
            problems.Add(new Problem
            {
                Path = $"{Component}.args[{i}]",
                Reason = ProblemReason.Invalid,
                Message = $"can't be {argument.Split('=')[0]}: the operator sets that option itself",
            });
        }

        return (problems.Any(p => p.Severity == ProblemSeverity.Error) ? null : inputs, problems);
    }
}
