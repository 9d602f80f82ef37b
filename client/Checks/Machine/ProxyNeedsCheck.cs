using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Checks.Machine;

/// <summary>This machine has what the mesh's settings of the proxy need.</summary>
internal sealed class ProxyNeedsCheck : IOnboardingCheck
{
    public string Category => "Sidecar";

    public string Name => "proxy settings";

    public IReadOnlyList<string> DependsOn => [];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        string boot = Path.Combine(context.WorkloadDirectory, "boot", "current");
        if (!context.IsIstio || !File.Exists(Path.Combine(boot, "mesh.yaml")))
        {
            return CheckOutcome.Skip(context.IsIstio ? "there is no boot configuration yet" : $"a sidecar of kind {context.Sidecar.Kind} has none");
        }

        var environment = SidecarEnvironment.Read(IstioFiles.SidecarEnv(context.Root), Path.Combine(boot, "cluster.env"));
        string mesh = await File.ReadAllTextAsync(Path.Combine(boot, "mesh.yaml"), cancellationToken);
        IReadOnlyList<SidecarNotice> notices = ProxyNeeds.Find(context.Root, environment, mesh, await context.Sidecar.ReadVersionAsync(cancellationToken));
        return notices.Count == 0
            ? CheckOutcome.Pass("this machine has what they need")
            : CheckOutcome.Warn(string.Join(" ", notices.Select(n => n.Message)), string.Join("; ", notices.Select(n => n.NextStep)));
    }
}
