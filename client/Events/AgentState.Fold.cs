using Onboarding.Api;
using Onboarding.Api.Control;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Events;

/// <summary>How events change it.</summary>
internal sealed partial record AgentState
{
    private AgentState Advance(OnboardingStep step) => step.Event switch
    {
        AgentEvent.CredentialObtained => Reach(AgentPhase.Authenticated, step),
        AgentEvent.Authorized e =>
            (this with { TokenExpiresAt = e.TokenExpiresAt, Policy = e.Policy, Registration = e.Registration }).Reach(AgentPhase.Authorized, step),
        AgentEvent.Registered e =>
            (this with { Registration = e.Registration, RegistrationUid = e.RegistrationUid, Address = e.Address, SpiffeId = e.SpiffeId })
                .Reach(AgentPhase.Registered, step),
        AgentEvent.Connected e => (this with { Instance = e.Instance, GracePeriod = e.GracePeriod, Failure = null }).Connect(step),
        AgentEvent.AddressChanged e => (this with { Address = e.Address, Failure = null }).Stay(step),
        AgentEvent.TokenRenewed e => (this with { TokenExpiresAt = e.ExpiresAt, Failure = null }).Stay(step),
        AgentEvent.BootConfigurationWritten => WithoutBootFailure().Mark(Phase, step, isBootConfiguration: true),
        AgentEvent.SidecarReady => (this with { IsSidecarReady = true }).FollowReadySidecar(step),
        // Anyone who started it by hand, minutes later, wants to know how long it took from then.
        AgentEvent.SidecarStarted => FollowOtherSidecar(step) with { LastMilestone = step.Elapsed },
        AgentEvent.SidecarStopped or AgentEvent.SidecarFailed => FollowOtherSidecar(step),
        AgentEvent.Relocating => LoseSession(AgentPhase.Disconnected, step),
        AgentEvent.RefusedForGood or AgentEvent.StateDiscarded => WithoutRegistration(),
        AgentEvent.RegistrationGone => (WithoutRegistration() with { Failure = null }).WithoutToken().LoseSession(AgentPhase.Pending, step),
        AgentEvent.LeavingBegan => LoseSession(AgentPhase.Leaving, step),
        AgentEvent.Left =>
            (WithoutRegistration() with { Instance = "" }).WithoutToken().Enter(AgentPhase.Out, step),
        // Whether a platform answers is no part of where the machine is.
        AgentEvent.NoticesUnread => this,
        AgentEvent.Failed failed => (this with { Failure = failed.Why }).Fail(failed, step),
        _ => this,
    };

    private AgentState Fail(AgentEvent.Failed failed, OnboardingStep step) => failed switch
    {
        AgentEvent.Excluded or AgentEvent.Refused { Why.Reason: Reasons.StayOut } => WithoutRegistration().WithoutToken().LoseSession(AgentPhase.Out, step),
        AgentEvent.Refused => WithoutToken().LoseSession(AgentPhase.Refused, step),
        AgentEvent.Disconnected => LoseSession(AgentPhase.Disconnected, step),
        AgentEvent.BootConfigurationFailed => this with { BootFailure = failed.Why },
        AgentEvent.Crashed => LoseSession(AgentPhase.Out, step),
        // The session goes on until the plane ends it, but what the plane said last is no: nothing of this is healthy.
        AgentEvent.RenewalFailed { Why.ErrorId: ErrorIds.PlaneRefused } => Enter(AgentPhase.Refused, step),
        AgentEvent.AttemptFailed when Phase is not (AgentPhase.Disconnected or AgentPhase.Leaving) => Enter(AgentPhase.Pending, step),
        _ => this,
    };

    private AgentState Connect(OnboardingStep step) => (Reach(AgentPhase.Connected, step) with { IsInSession = true }).Stay(step);

    // Where a machine is whose session lasts, and whom the plane has nothing against.
    private AgentState Stay(OnboardingStep step) =>
        IsInSession ? Enter(IsSidecarReady ? AgentPhase.Healthy : AgentPhase.Connected, step) : this;

    private AgentState FollowReadySidecar(OnboardingStep step) => Phase == AgentPhase.Connected ? Reach(AgentPhase.Healthy, step) : this;

    private AgentState FollowOtherSidecar(OnboardingStep step) =>
        (Phase == AgentPhase.Healthy ? Enter(AgentPhase.Connected, step) : this) with { IsSidecarReady = false };

    private AgentState LoseSession(AgentPhase phase, OnboardingStep step) => Enter(phase, step) with { IsInSession = false };

    private AgentState WithoutRegistration() => this with { Registration = "", RegistrationUid = "", Address = "", SpiffeId = "" };

    // A refusal or the end of a registration ends what the token was for: the agent drops it.
    private AgentState WithoutToken() => this with { Policy = "", TokenExpiresAt = null };

    // The boot configuration that couldn't be put in force has a successor that is.
    private AgentState WithoutBootFailure() => Failure is { } failure && failure == BootFailure ? this with { Failure = null, BootFailure = null } : this;

    private AgentState Reach(AgentPhase phase, OnboardingStep step)
    {
        // Steps of a renewal come while the session lasts, and change nothing of where the machine is.
        if (IsInSession && phase < AgentPhase.Connected)
        {
            return this;
        }

        // A credential is this machine's own doing: the plane's last word is still no.
        AgentState marked = Mark(phase, step);
        return Phase != AgentPhase.Refused || phase > AgentPhase.Authenticated ? marked.Enter(phase, step) : marked;
    }

    private AgentState Mark(AgentPhase phase, OnboardingStep step, bool isBootConfiguration = false)
    {
        bool isFirst = !Timeline.Any(m => m.Phase == phase && m.IsBootConfiguration == isBootConfiguration);
        return this with
        {
            Timeline = isFirst ? [.. Timeline, new Reached(phase, step.Elapsed - LastMilestone, isBootConfiguration)] : Timeline,
            LastMilestone = step.Elapsed,
        };
    }

    private AgentState Enter(AgentPhase phase, OnboardingStep step) => Phase == phase ? this : this with { Phase = phase, PhaseSince = step.Time };
}
