using Onboarding.Client.Native;
using Onboarding.Client.Processes;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Client.Sidecar.Istio.Redirection;
using Onboarding.Client.State;

namespace Onboarding.Client.Checks.Machine;

/// <summary>The agent's own connections are left out of the redirection.</summary>
internal sealed class AgentGroupCheck : IOnboardingCheck
{
    public string Category => "Sidecar";

    public string Name => "agent group";

    public IReadOnlyList<string> DependsOn => [];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!context.IsIstio)
        {
            return CheckOutcome.Skip($"a sidecar of kind {context.Sidecar.Kind} redirects nothing");
        }

        string version = await context.Sidecar.ReadVersionAsync(cancellationToken);
        SidecarNotice? notice = ExclusionNotice.Find(context.Root, context.SidecarEnvironment, version, IsHeld(context));
        if (notice is not null)
        {
            return CheckOutcome.Warn(notice.Message, notice.NextStep);
        }

        string[] members = SystemGroup.MembersOf(AgentGroup.Name, Path.Combine(context.Root, "etc/group"));
        return members.Length > 0
            ? CheckOutcome.Warn(
                $"Members of group {AgentGroup.Name} can go around the sidecar as the agent does: {string.Join(", ", members.Take(5))}.",
                $"sudo gpasswd -d {members[0]} {AgentGroup.Name}, if that isn't meant")
            : CheckOutcome.Pass($"group {AgentGroup.Name} ({AgentGroup.Find(context.Root)}) is left out of the redirection");
    }

    // A service takes the group when it starts, a PowerShell session only has it.
    private static bool IsHeld(CheckContext context) =>
        StateDirectory.OwnerOf(context.Options.StateDirectory) is { ProcessId: > 0 } owner
            ? ProcessGroupId.Find(owner.ProcessId) is not { } group || group == AgentGroup.Find(context.Root)
            : context.Options.OwnerKind == OnboardingAgentOptions.Service || AgentGroup.IsHeld(context.Root);
}
