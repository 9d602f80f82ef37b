using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using k8s.Models;
using Onboarding.Api.Install;

namespace Onboarding.Operator.Install;

/// <summary>The Deployment of the endpoint, and the ConfigMap that its pods read.</summary>
internal static class EndpointDeployment
{
    // The user that Microsoft's images of .NET have for programs that need no rights.
    private const long User = 1654;
    private const int OwnerAndGroupRead = 0x120; // 0440

    private static readonly string[] Own =
    [
        "--listen", "--port", "--namespace", "--tls-certificate", "--tls-key", "--instance", "--kubeconfig", "--stop-with-input",
        "--management-port", "--management-listen",
    ];

    private static readonly string[] SpreadOver = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

    /// <summary>True for an option that the operator sets itself.</summary>
    public static bool Sets(string argument) => Own.Contains(argument.Split('=')[0]);

    /// <summary>The ConfigMap: what people look up about the plane, and how much its endpoints log.</summary>
    public static V1ConfigMap Configuration(InstallInputs inputs) => new()
    {
        ApiVersion = "v1",
        Kind = "ConfigMap",
        Metadata = Meta(inputs, PlaneNames.Configuration),
        Data = new Dictionary<string, string>
        {
            ["config.yaml"] = ForPeople(inputs),
            [PlaneNames.LogLevels] = LogLevels(inputs.Spec.Instance),
        },
    };

    /// <summary>The Deployment.</summary>
    public static V1Deployment Create(InstallInputs inputs)
    {
        DeploymentSettings settings = inputs.Deployment;
        return new V1Deployment
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = Meta(inputs, PlaneNames.Plane, settings.Annotations),
            Spec = new V1DeploymentSpec
            {
                // Where an autoscaler says how many there are, a second opinion would undo its work.
                Replicas = settings.HpaSpec is null ? settings.ReplicaCount : null,
                Selector = new V1LabelSelector { MatchLabels = PlaneNames.Selector },
                // A new pod is ready before an old one goes: sessions always have another to move to.
                Strategy = new V1DeploymentStrategy
                {
                    Type = "RollingUpdate",
                    RollingUpdate = new V1RollingUpdateDeployment { MaxSurge = 1, MaxUnavailable = 0 },
                },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta
                    {
                        Labels = new Dictionary<string, string>(PlaneNames.Labels) { ["sidecar.istio.io/inject"] = "false" },
                        Annotations = MetricsPort.Annotate(inputs.Spec.Instance.Metrics, new Dictionary<string, string>(settings.PodAnnotations)
                        {
                            [PlaneNames.ConfigurationHash] = Hash(LogLevels(inputs.Spec.Instance)),
                        }),
                    },
                    Spec = Pod(inputs),
                },
            },
        };
    }

    /// <summary>Metadata of an object that the plane owns: Kubernetes deletes it when the plane is deleted.</summary>
    public static V1ObjectMeta Meta(InstallInputs inputs, string name, IReadOnlyDictionary<string, string>? annotations = null) => new()
    {
        Name = name,
        NamespaceProperty = inputs.Namespace,
        Labels = PlaneNames.Labels,
        Annotations = annotations is { Count: > 0 } ? new Dictionary<string, string>(annotations) : null,
        OwnerReferences =
        [
            new V1OwnerReference
            {
                ApiVersion = OnboardingPlane.Definition.ApiVersion,
                Kind = OnboardingPlane.Definition.Kind,
                Name = inputs.Plane.Metadata.Name,
                Uid = inputs.Plane.Metadata.Uid,
                Controller = true,
            },
        ],
    };

    private static V1PodSpec Pod(InstallInputs inputs) => new()
    {
        ServiceAccountName = PlaneNames.Endpoint,
        // More than the 10 s that an endpoint takes at most to hand over its sessions.
        TerminationGracePeriodSeconds = 30,
        PriorityClassName = inputs.Deployment.PriorityClassName,
        NodeSelector = inputs.Deployment.NodeSelector.Count == 0 ? null : new Dictionary<string, string>(inputs.Deployment.NodeSelector),
        Affinity = inputs.Affinity,
        Tolerations = inputs.Tolerations.Count == 0 ? null : [.. inputs.Tolerations],
        ImagePullSecrets = inputs.Spec.ImagePullSecrets.Count == 0 ? null : [.. inputs.Spec.ImagePullSecrets.Select(name => new V1LocalObjectReference { Name = name })],
        TopologySpreadConstraints = [.. SpreadOver.Select(Spread)],
        SecurityContext = new V1PodSecurityContext
        {
            RunAsNonRoot = true,
            RunAsUser = User,
            RunAsGroup = User,
            FsGroup = User,
            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
        },
        Volumes =
        [
            new V1Volume { Name = "tls", Secret = new V1SecretVolumeSource { SecretName = inputs.Endpoint.SecretName, DefaultMode = OwnerAndGroupRead } },
        ],
        Containers = [Container(inputs)],
    };

    private static V1Container Container(InstallInputs inputs) => new()
    {
        Name = "endpoint",
        Image = inputs.Image,
        Args =
        [
            $"--namespace={inputs.Namespace}",
            $"--port={PlaneNames.AgentPort.ToString(CultureInfo.InvariantCulture)}",
            // The pod's own address, whatever family the cluster has: 0.0.0.0 listens on no IPv6 address.
            "--listen=$(POD_IP)",
            $"--tls-certificate={PlaneNames.CertificateDirectory}/tls.crt",
            $"--tls-key={PlaneNames.CertificateDirectory}/tls.key",
            .. MetricsPort.Arguments(inputs.Spec.Instance.Metrics),
            .. inputs.Spec.Instance.Args,
        ],
        Env =
        [
            FromField("POD_NAME", "metadata.name"),
            FromField("POD_IP", "status.podIP"),
            new V1EnvVar
            {
                Name = "ONBOARDING_LOG_LEVELS",
                ValueFrom = new V1EnvVarSource
                {
                    ConfigMapKeyRef = new V1ConfigMapKeySelector { Name = PlaneNames.Configuration, Key = PlaneNames.LogLevels },
                },
            },
            // Its sockets and files of diagnosis need a file system that can be written.
            new V1EnvVar { Name = "DOTNET_EnableDiagnostics", Value = "0" },
            .. inputs.Env,
        ],
        Ports =
        [
            new V1ContainerPort { Name = "agents", ContainerPort = PlaneNames.AgentPort, Protocol = "TCP" },
            .. MetricsPort.Ports(inputs.Spec.Instance.Metrics),
        ],
        Resources = inputs.Resources ?? new V1ResourceRequirements
        {
            Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m"), ["memory"] = new("256Mi") },
        },
        ReadinessProbe = Probe("/readyz", period: 5, failures: 2),
        LivenessProbe = Probe("/healthz", period: 10, failures: 6),
        SecurityContext = new V1SecurityContext
        {
            AllowPrivilegeEscalation = false,
            ReadOnlyRootFilesystem = true,
            Capabilities = new V1Capabilities { Drop = ["ALL"] },
        },
        VolumeMounts = [new V1VolumeMount { Name = "tls", MountPath = PlaneNames.CertificateDirectory, ReadOnlyProperty = true }],
    };

    private static V1TopologySpreadConstraint Spread(string key) => new()
    {
        MaxSkew = 1,
        TopologyKey = key,
        WhenUnsatisfiable = "ScheduleAnyway",
        LabelSelector = new V1LabelSelector { MatchLabels = PlaneNames.Selector },
    };

    private static V1EnvVar FromField(string name, string field) =>
        new() { Name = name, ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = field } } };

    private static V1Probe Probe(string path, int period, int failures) => new()
    {
        HttpGet = new V1HTTPGetAction { Path = path, Port = "agents", Scheme = "HTTPS" },
        PeriodSeconds = period,
        FailureThreshold = failures,
        TimeoutSeconds = 3,
    };

    // Scripts of users of Tetrate's product read the uid here. Not part of the hash: pods don't read it.
    private static string ForPeople(InstallInputs inputs)
    {
        var text = new StringBuilder();
        if ((inputs.Spec.Uid ?? inputs.Plane.Status?.Uid) is { } uid)
        {
            text.Append(CultureInfo.InvariantCulture, $"uid: {System.Text.Json.JsonSerializer.Serialize(uid)}\n");
        }

        text.Append("endpoint:\n  hosts:\n");
        foreach (string host in inputs.Endpoint.Hosts)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - {System.Text.Json.JsonSerializer.Serialize(host)}\n");
        }

        return text.ToString();
    }

    private static string LogLevels(InstanceSettings instance) =>
        string.Join(',', instance.LogLevels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
