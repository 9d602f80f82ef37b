using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.State;

namespace Onboarding.Client.Checks.Machine;

/// <summary>No one else owns the machine's session, or anyone who does can be talked to.</summary>
internal sealed class OwnerCheck : IOnboardingCheck
{
    public string Category => "Machine";

    public string Name => "owner";

    public IReadOnlyList<string> DependsOn => ["state directory"];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        string directory = context.Options.StateDirectory;
        await using var client = new ControlClient(ControlSocket.PathFor(directory));
        try
        {
            Api.Control.AgentStatus status = await client.GetStatusAsync(cancellationToken);
            return CheckOutcome.Pass($"an agent (pid {status.OwnerProcessId}) owns the session, and is {status.Phase}");
        }
        catch (OnboardingException e) when (e.ErrorId == ErrorIds.AgentNotRunning)
        {
            return StateDirectory.OwnerOf(directory) is not { } owner ? CheckOutcome.Pass("no process owns the session yet")
                : owner.ProcessId == Environment.ProcessId ? CheckOutcome.Pass($"this process (pid {owner.ProcessId}) owns the session")
                : CheckOutcome.Fail(
                    ErrorIds.StateDirectoryInUse,
                    $"{directory} belongs to pid {(owner.ProcessId == 0 ? "unknown" : owner.ProcessId)} ({owner.Kind}), which can't be talked to.",
                    $"{(owner.ProcessId == 0 ? $"fuser -v {Path.Combine(directory, "lock")}" : $"ps -fp {owner.ProcessId}")}; stop that process first, or pass another state directory");
        }
    }
}
