using System.Text.Json.Nodes;

namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>The port of <c>/healthz/ready</c>, where mesh.yaml sets one, is a port.</summary>
internal sealed class StatusPort : IBootCheck
{
    public IEnumerable<BootProblem> Check(BootContents boot) =>
        boot.ProxyConfig?["statusPort"] is { } given && !(given is JsonValue value && value.TryGetValue(out long port) && port is > 0 and < 65536)
            ? [new BootProblem("status-port", BootFileNames.MeshYaml, "defaultConfig.statusPort", $"statusPort is {given.ToJsonString()}, which is no port")]
            : [];
}
