using Onboarding.Client.Errors;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Checks.Machine;

/// <summary>There is something that redirects the workload's traffic to the sidecar.</summary>
internal sealed class RedirectionCheck : IOnboardingCheck
{
    public string Category => "Sidecar";

    public string Name => "traffic redirection";

    public IReadOnlyList<string> DependsOn => [];

    public Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!context.IsIstio)
        {
            return Task.FromResult(CheckOutcome.Skip($"a sidecar of kind {context.Sidecar.Kind} redirects nothing"));
        }

        var tools = new MachineTools(context.Root);
        return Task.FromResult((tools.Find("iptables-save"), tools.Find("nft")) switch
        {
            ({ } iptables, { } nft) => CheckOutcome.Pass($"{iptables} and {nft}"),
            ({ } iptables, null) => CheckOutcome.Pass(iptables),
            (null, { } nft) => CheckOutcome.Warn(
                $"{nft} is there and iptables isn't: Istio's script needs iptables unless nativeNftables is on.", "sudo apt-get install iptables, or sudo dnf install iptables-nft"),
            _ => CheckOutcome.Fail(
                ErrorIds.SidecarFailed, "Neither iptables nor nft is installed: traffic wouldn't reach the sidecar.", "sudo apt-get install iptables, or sudo dnf install iptables-nft"),
        });
    }
}
