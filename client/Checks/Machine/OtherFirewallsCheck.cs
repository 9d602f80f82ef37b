using Onboarding.Client.Native;
using Onboarding.Client.Processes;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Checks.Machine;

/// <summary>Who else manages the machine's firewall leaves room for Istio's redirection.</summary>
internal sealed class OtherFirewallsCheck : IOnboardingCheck
{
    public string Category => "Sidecar";

    public string Name => "other firewalls";

    public IReadOnlyList<string> DependsOn => [];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!context.IsIstio)
        {
            return CheckOutcome.Skip($"a sidecar of kind {context.Sidecar.Kind} redirects nothing");
        }

        if (LibC.EffectiveUserId() != 0)
        {
            return CheckOutcome.Skip("only root sees the machine's rules");
        }

        IReadOnlyList<SidecarNotice> notices = OtherFirewalls.Find(
            context.Root, await MachineRules.ReadAsync(new MachineTools(context.Root)), context.SidecarEnvironment);
        return notices.Count == 0
            ? CheckOutcome.Pass("nothing that Docker, firewalld, ufw or a dropping policy would keep from working")
            : CheckOutcome.Warn(string.Join(" ", notices.Select(n => n.Message)), string.Join("; ", notices.Select(n => n.NextStep)));
    }
}
