namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>1.3 and 1.9: names of the control plane, hosts.</summary>
internal static class ControlPlaneRules
{
    public static IEnumerable<Rule> All { get; } =
    [
        new("1.3 unrevisioned: no CA_ADDR", "!CA_ADDR") { With = i => i with { Revision = "" } },
        new("1.3 revision default is unrevisioned", "!CA_ADDR", "!discoveryAddress") { With = i => i with { Revision = "default" } },
        new("1.3 revisioned: CA_ADDR names the revision's istiod", "CA_ADDR='istiod-1-24-0.istio-system.svc:15012'\n") { With = i => i with { Revision = "1-24-0" } },
        new("1.3 revisioned: discoveryAddress where the mesh has none", "  discoveryAddress: istiod-r.istio-system.svc:15012\n") { With = i => i with { Revision = "r" } },
        new("1.3 revisioned: the mesh's own discoveryAddress stays", "  discoveryAddress: other:15012\n", "!istiod-r.istio-system.svc:15012\n  proxyMetadata")
        {
            Mesh = "defaultConfig: {discoveryAddress: 'other:15012'}", With = i => i with { Revision = "r" },
        },
        new("1.3 the namespace of Istio is in every name", "CA_ADDR='istiod-r.mesh.svc:15012'\n", "1.1.1.1 istiod-r.mesh.svc\n")
        {
            With = i => i with { Revision = "r", IstioNamespace = "mesh", IngressIP = "1.1.1.1" },
        },
        new("1.9 hosts: one line with the host of the unrevisioned istiod", "\n10.0.0.1 istiod.istio-system.svc\n") { With = i => i with { IngressIP = "10.0.0.1" } },
        new("1.9 hosts: IPv6", "\nfd00::1 istiod.istio-system.svc\n") { With = i => i with { IngressIP = "fd00::1" } },
        new("1.9 hosts: no address, no line", "!istiod.istio-system.svc") { With = i => i with { IngressIP = "lb.example.com" } },
    ];
}
