using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Flow;
using Onboarding.Client.Sidecar;

namespace Onboarding.Client;

/// <summary>What can be asked of an agent, and told to it, while it runs.</summary>
public sealed partial class OnboardingAgent
{
    /// <summary>How to leave, the next time it is told to.</summary>
    public LeaveOptions Leave { get; set; } = new();

    /// <summary>Join also if an operator took this machine out, to stay out; until it has joined.</summary>
    public bool ComeBack { get; set; }

    /// <summary>The registration it has; null if it has none.</summary>
    public RegistrationRecord? Registration => _registration;

    /// <summary>The boot configuration in force for that registration; null if there is none.</summary>
    public BootVersion? Boot => _runtime.Version is { } version && version.RegistrationUid == _registration?.Uid ? version : null;

    /// <summary>Where a boot configuration is, if there is one.</summary>
    public string BootDirectory => _runtime.BootDirectory;

    /// <summary>How its sidecar is.</summary>
    public SidecarStatus Sidecar => _runtime.Sidecar;

    /// <summary>What won't work as people expect while its sidecar runs.</summary>
    internal IReadOnlyList<SidecarNotice> Notices => _runtime.Notices;

    /// <summary>False if the configuration says not to verify the plane's certificate.</summary>
    public bool IsTransportVerified => _channel.IsVerified;

    /// <summary>The sidecar as the configuration names it.</summary>
    internal SidecarProgram Program => _program;

    /// <summary>Ends a wait between two attempts, and also that of an agent which was told to stay out.</summary>
    public void TryNow() => _wake.TrySetResult();

    /// <summary>Starts the sidecar, and keeps it running from now on.</summary>
    /// <exception cref="Errors.OnboardingException"><see cref="Errors.ErrorIds.NotRegistered"/>.</exception>
    public Task StartSidecarAsync() => _runtime.StartSidecarAsync();

    /// <summary>Stops the sidecar until somebody starts it; the machine stays registered.</summary>
    /// <param name="drain">How long it may drain; null for what the configuration says.</param>
    public Task StopSidecarAsync(TimeSpan? drain) => _runtime.HoldSidecarAsync(drain);
}
