using System.Globalization;

namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>Lists of ports are lists of ports.</summary>
internal sealed class Ports : IBootCheck
{
    public IEnumerable<BootProblem> Check(BootContents boot)
    {
        foreach (string name in new[] { "ISTIO_INBOUND_PORTS", "ISTIO_LOCAL_EXCLUDE_PORTS" })
        {
            if (boot[name] is { Length: > 0 } list && list != "*" && list.Split(',').FirstOrDefault(p => !IsPort(p)) is { } wrong)
            {
                yield return new BootProblem("ports", BootFileNames.ClusterEnv, name, $"{name} has '{wrong}', which is no port");
            }
        }
    }

    private static bool IsPort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0;
}
