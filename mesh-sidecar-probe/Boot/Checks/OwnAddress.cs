using System.Net;

namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>The address others reach the workload at, where one is given, is one.</summary>
internal sealed class OwnAddress : IBootCheck
{
    private const string Variable = "ISTIO_SVC_IP";

    public IEnumerable<BootProblem> Check(BootContents boot) =>
        boot[Variable] is { } address && !IPAddress.TryParse(address, out _)
            ? [new BootProblem("own-address", BootFileNames.ClusterEnv, Variable, $"{Variable} is '{address}', which is no IP address")]
            : [];
}
