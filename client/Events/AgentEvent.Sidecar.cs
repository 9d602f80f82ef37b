using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar;

namespace Onboarding.Client.Events;

/// <summary>Boot configuration and sidecar.</summary>
internal abstract partial record AgentEvent
{
    /// <summary>A boot configuration is on disk and in force.</summary>
    public sealed record BootConfigurationWritten(BootVersion Version, string Directory, BootChange Change)
        : AgentEvent(OnboardingPhase.BootConfigurationWritten, false)
    {
        // Enough of it to tell two apart; version.json has all.
        private string Core => Version.CoreHash.Length <= 8 ? Version.CoreHash : Version.CoreHash[..8];

        public override string Message => Text($"boot configuration {Version.Generation} (v:{Core}) written to {Directory}");

        public override IReadOnlyList<(string Name, string Value)> Properties =>
            [("generation", Number(Version.Generation)), ("directory", Directory), ("spiffeId", Version.SpiffeId), ("change", Change.ToString())];
    }

    /// <summary>A boot configuration that restarts the sidecar waits for its turn in a rollout.</summary>
    public sealed record BootConfigurationPending(long Generation) : AgentEvent(OnboardingPhase.BootConfigurationPending, false)
    {
        public override string Message =>
            Text($"boot configuration {Generation} waits for its turn to restart the sidecar; see what it changes with: onboarding-agent bootconfig diff");

        public override IReadOnlyList<(string Name, string Value)> Properties => [("generation", Number(Generation))];
    }

    /// <summary>Hosts changed under the running sidecar.</summary>
    public sealed record HostsWritten(long Generation, string Directory) : AgentEvent(OnboardingPhase.HostsWritten, false)
    {
        public override string Message => Text($"hosts of boot configuration {Generation} written to {Directory}");

        public override IReadOnlyList<(string Name, string Value)> Properties => [("generation", Number(Generation))];
    }

    /// <summary>A boot configuration couldn't be put in force; the one before still is.</summary>
    public sealed record BootConfigurationFailed(OnboardingException Why) : Failed(OnboardingPhase.BootConfigurationFailed, Why);

    /// <summary>The sidecar's process runs.</summary>
    public sealed record SidecarStarted(int ProcessId) : AgentEvent(OnboardingPhase.SidecarStarted, false)
    {
        public override string Message => Text($"sidecar started, pid {ProcessId}");

        public override IReadOnlyList<(string Name, string Value)> Properties => [("pid", Number(ProcessId))];
    }

    /// <summary>The sidecar says that it is ready: the workload is in the mesh.</summary>
    public sealed record SidecarReady(int ProcessId) : AgentEvent(OnboardingPhase.SidecarReady, false)
    {
        public override string Message => Text($"sidecar ready, pid {ProcessId}");

        public override IReadOnlyList<(string Name, string Value)> Properties => [("pid", Number(ProcessId))];
    }

    /// <summary>The sidecar can't be started, or ended by itself; the agent starts it again.</summary>
    /// <param name="What">What happened, in one line.</param>
    /// <param name="Cause">What went wrong, where that is known by a name. It fails the sidecar, not the machine's being in the mesh.</param>
    public sealed record SidecarFailed(string What, OnboardingException? Cause) : AgentEvent(OnboardingPhase.SidecarFailed, true)
    {
        public override string Message => What;

        public override IReadOnlyList<(string Name, string Value)> Properties =>
            [("errorId", Cause?.ErrorId ?? ErrorIds.SidecarFailed), ("failure", Cause?.Message ?? ""), ("nextStep", Cause?.NextStep ?? "")];
    }

    /// <summary>The sidecar starts, but something on this machine won't work with it as people expect.</summary>
    public sealed record Noticed(SidecarNotice Notice) : AgentEvent(OnboardingPhase.SidecarNotice, true)
    {
        public override string Message => Notice.Describe();

        public override IReadOnlyList<(string Name, string Value)> Properties => [("nextStep", Notice.NextStep)];
    }

    /// <summary>The machine's traffic and look-ups of names go to the sidecar.</summary>
    public sealed record TrafficCaptured() : AgentEvent(OnboardingPhase.TrafficCaptured, false)
    {
        public override string Message => "the machine's traffic goes to the sidecar; connections that were open before stay past it until they are made again";
    }

    /// <summary>The machine's traffic and look-ups of names go past the sidecar.</summary>
    /// <param name="After">How long the sidecar was not ready.</param>
    public sealed record TrafficReleased(TimeSpan After) : AgentEvent(OnboardingPhase.TrafficReleased, true)
    {
        public override string Message => Text(
            $"the sidecar was not ready for {After.TotalSeconds:0} s: the machine's traffic goes past it, without mTLS and policies, until it is ready (sidecar.capture.onFailure: Open). Next: onboarding-agent sidecar logs");

        public override IReadOnlyList<(string Name, string Value)> Properties => [("afterSeconds", Number((long)After.TotalSeconds))];
    }

    /// <summary>The sidecar's package on the disk is another one.</summary>
    public sealed record PackageReplaced() : AgentEvent(OnboardingPhase.PackageReplaced, false)
    {
        public override string Message => "the sidecar's package was replaced; the sidecar restarts with it when the plane's rollout says so";
    }

    /// <summary>The sidecar runs on the programs of before.</summary>
    public sealed record PackageRefused() : AgentEvent(OnboardingPhase.PackageRefused, true)
    {
        public override string Message =>
            "the sidecar is not ready on its new package: it goes back to the programs of before until another package is installed. Next: onboarding-agent sidecar logs";
    }

    /// <summary>The sidecar has ended.</summary>
    public sealed record SidecarStopped() : AgentEvent(OnboardingPhase.SidecarStopped, false)
    {
        public override string Message => "sidecar stopped";
    }

    /// <summary>The sidecar has ended, but something of it is left on the machine.</summary>
    public sealed record MachineNotRestored(OnboardingException Why) : Failed(OnboardingPhase.MachineNotRestored, Why);
}
