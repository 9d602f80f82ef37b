namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>Every variable a sidecar needs is there, and has a value where an empty one makes no sense.</summary>
internal sealed class RequiredVariables : IBootCheck
{
    private static readonly string[] MayBeEmpty = ["ISTIO_META_CLUSTER_ID", "ISTIO_META_MESH_ID", "ISTIO_META_NETWORK"];

    private static readonly string[] WithValue =
    [
        "CANONICAL_REVISION", "CANONICAL_SERVICE", "ISTIO_INBOUND_PORTS", "ISTIO_LOCAL_EXCLUDE_PORTS", "ISTIO_METAJSON_LABELS",
        "ISTIO_META_WORKLOAD_NAME", "ISTIO_NAMESPACE", "ISTIO_SERVICE", "ISTIO_SERVICE_CIDR", "POD_NAMESPACE", "SERVICE_ACCOUNT",
        "TRUST_DOMAIN",
    ];

    public IEnumerable<BootProblem> Check(BootContents boot)
    {
        foreach (string name in WithValue.Concat(MayBeEmpty))
        {
            if (boot[name] is not { } value)
            {
                yield return new BootProblem("required-variable", BootFileNames.ClusterEnv, name, $"{name} is missing");
            }
            else if (value.Length == 0 && WithValue.Contains(name))
            {
                yield return new BootProblem("required-variable", BootFileNames.ClusterEnv, name, $"{name} is empty");
            }
        }
    }
}
