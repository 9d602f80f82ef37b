namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>Namespace, service and workload name say the same everywhere.</summary>
internal sealed class ConsistentNames : IBootCheck
{
    public IEnumerable<BootProblem> Check(BootContents boot)
    {
        if (boot["POD_NAMESPACE"] is not { Length: > 0 } ns)
        {
            yield break;
        }

        if (boot["ISTIO_NAMESPACE"] is { Length: > 0 } other && other != ns)
        {
            yield return Problem("ISTIO_NAMESPACE", $"is '{other}', POD_NAMESPACE is '{ns}'");
        }

        if (boot["ISTIO_SERVICE"] is { Length: > 0 } service && boot["ISTIO_META_WORKLOAD_NAME"] is { Length: > 0 } name
            && service != $"{name}.{ns}")
        {
            yield return Problem("ISTIO_SERVICE", $"is '{service}', not '{name}.{ns}' as ISTIO_META_WORKLOAD_NAME and POD_NAMESPACE say");
        }
    }

    private static BootProblem Problem(string value, string message) =>
        new("consistent-names", BootFileNames.ClusterEnv, value, $"{value} {message}");
}
