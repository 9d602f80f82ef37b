using Onboarding.Client.Native;
using Onboarding.Client.Processes;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Checks.Machine;

/// <summary>Traffic is redirected while a sidecar runs, and at no other time.</summary>
internal sealed class LeftoverRulesCheck : IOnboardingCheck
{
    public string Category => "Sidecar";

    public string Name => "leftover rules";

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

        if (context.SidecarEnvironment.HasOwnRules)
        {
            return CheckOutcome.Skip("ISTIO_CUSTOM_IP_TABLES=true in sidecar.env: the rules are the administrator's");
        }

        string[] parts = [.. (await MachineRules.ReadAsync(new MachineTools(context.Root))).Redirection().Select(p => p.Shown).Distinct()];
        return (parts.Length, context.RunningSidecar) switch
        {
            (0, null) => CheckOutcome.Pass("nothing of Istio's is in force"),
            (0, { } sidecar) => CheckOutcome.Warn(
                $"The sidecar runs (pid {sidecar.ProcessId}), but no traffic is redirected to it.", "onboarding-agent sidecar restart"),
            (_, { } sidecar) => CheckOutcome.Pass($"{parts.Length} chains, jumps and tables of Istio's, for the sidecar (pid {sidecar.ProcessId})"),
            _ => CheckOutcome.Warn(
                $"Istio's redirection is in force though no sidecar of this agent runs: traffic goes to ports where no process listens ({string.Join(", ", parts.Take(3))}{(parts.Length > 3 ? $" and {parts.Length - 3} more" : "")}).",
                "sudo onboarding-agent sidecar clean; the next start of the sidecar removes it, too"),
        };
    }
}
