using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api;
using Onboarding.Api.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Flow;

namespace Onboarding.Client.Control;

/// <summary>Makes out of an agent's steps where its machine is: phase, timeline, what went wrong, what happened last.</summary>
internal sealed class AgentJournal
{
    private const int KeptSteps = 20;
    private readonly Lock _lock = new();
    private readonly AgentStatus _status = new() { Phase = AgentPhase.Out };
    private TimeSpan _lastMilestone;
    private bool _sidecarReady;
    private bool _inSession;

    /// <summary>Where it is now.</summary>
    public AgentPhase Phase
    {
        get
        {
            lock (_lock)
            {
                return _status.Phase;
            }
        }
    }

    /// <summary>True while a session with the plane lasts.</summary>
    public bool IsInSession
    {
        get
        {
            lock (_lock)
            {
                return _inSession;
            }
        }
    }

    /// <summary>True if the sidecar said that it is ready, and nothing else since.</summary>
    public bool IsSidecarReady
    {
        get
        {
            lock (_lock)
            {
                return _sidecarReady;
            }
        }
    }

    /// <summary>Everything the steps told; a copy.</summary>
    public AgentStatus Snapshot()
    {
        lock (_lock)
        {
            return _status.Clone();
        }
    }

    /// <summary>The machine is about to join.</summary>
    public void Begin(DateTimeOffset now)
    {
        lock (_lock)
        {
            _status.Timeline.Clear();
            _status.Failure = null;
            _status.Phase = AgentPhase.Unspecified;
            _inSession = false;
            Enter(AgentPhase.Pending, now);
            _lastMilestone = TimeSpan.Zero;
        }
    }

    /// <summary>The agent ended without leaving; nothing happens any more until it is told to join again.</summary>
    public void End(OnboardingException why, DateTimeOffset now)
    {
        lock (_lock)
        {
            _status.Failure = ControlMessages.ToMessage(why);
            _inSession = false;
            Enter(AgentPhase.Out, now);
        }
    }

    /// <summary>Takes a step in.</summary>
    public void Add(OnboardingStep step)
    {
        lock (_lock)
        {
            _status.Steps.Insert(0, ControlMessages.ToMessage(step));
            if (_status.Steps.Count > KeptSteps)
            {
                _status.Steps.RemoveAt(KeptSteps);
            }

            Advance(step);
        }
    }

    private void Advance(OnboardingStep step)
    {
        switch (step.Phase)
        {
            case OnboardingPhase.CredentialObtained:
                Reach(AgentPhase.Authenticated, step);
                break;
            case OnboardingPhase.Authorized:
                _status.TokenExpiresAt = Time(step, "tokenExpiresAt");
                _status.Policy = Value(step, "policy");
                _status.Registration = Value(step, "registration");
                Reach(AgentPhase.Authorized, step);
                break;
            case OnboardingPhase.TokenRenewed:
                _status.TokenExpiresAt = Time(step, "tokenExpiresAt");
                _status.Failure = null;
                Stay(step.Time);
                break;
            case OnboardingPhase.Registered:
                _status.Registration = Value(step, "registration");
                _status.RegistrationUid = Value(step, "registrationUid");
                _status.Address = Value(step, "address");
                _status.SpiffeId = Value(step, "spiffeId");
                Reach(AgentPhase.Registered, step);
                break;
            case OnboardingPhase.Connected:
                _status.Instance = Value(step, "instance");
                _status.GracePeriod = TimeSpan.TryParse(Value(step, "gracePeriod"), CultureInfo.InvariantCulture, out TimeSpan grace) ? grace.ToDuration() : null;
                _status.Failure = null;
                Reach(AgentPhase.Connected, step);
                _inSession = true;
                Stay(step.Time);
                break;
            case OnboardingPhase.BootConfigurationWritten:
                Mark(new Milestone { Phase = _status.Phase, BootConfiguration = true }, step);
                break;
            case OnboardingPhase.SidecarReady or OnboardingPhase.SidecarStarted or OnboardingPhase.SidecarStopped or OnboardingPhase.SidecarFailed:
                FollowSidecar(step);
                break;
            case OnboardingPhase.Relocating:
                LoseSession(AgentPhase.Disconnected, step);
                break;
            case OnboardingPhase.RefusedForGood or OnboardingPhase.StateDiscarded:
                ForgetRegistration();
                break;
            case OnboardingPhase.RegistrationGone:
                ForgetRegistration();
                _status.Failure = step.Failure is { } gone ? ControlMessages.ToMessage(gone) : null;
                LoseSession(step.Failure is null ? AgentPhase.Pending : AgentPhase.Out, step);
                break;
            case OnboardingPhase.Leaving:
                _inSession = false;
                Enter(AgentPhase.Leaving, step.Time);
                break;
            case OnboardingPhase.Left:
                Leave(step);
                break;
            default:
                Fail(step);
                break;
        }
    }

    private void FollowSidecar(OnboardingStep step)
    {
        _sidecarReady = step.Phase == OnboardingPhase.SidecarReady;
        if (_sidecarReady && _status.Phase == AgentPhase.Connected)
        {
            Reach(AgentPhase.Healthy, step);
        }
        else if (!_sidecarReady && _status.Phase == AgentPhase.Healthy)
        {
            Enter(AgentPhase.Connected, step.Time);
        }

        if (step.Phase == OnboardingPhase.SidecarStarted)
        {
            // Whoever started it by hand, minutes later, wants to know how long it took from then.
            _lastMilestone = step.Elapsed;
        }
    }

    private void Fail(OnboardingStep step)
    {
        if (step.Failure is not { } failure)
        {
            return;
        }

        _status.Failure = ControlMessages.ToMessage(failure);
        switch (step.Phase)
        {
            case OnboardingPhase.Disconnected:
                LoseSession(AgentPhase.Disconnected, step);
                break;
            case OnboardingPhase.Refused when failure.Reason == Reasons.StayOut:
                ForgetRegistration();
                LoseSession(AgentPhase.Out, step);
                break;
            case OnboardingPhase.Refused:
                LoseSession(AgentPhase.Refused, step);
                break;
            // The session goes on until the plane ends it, but what the plane said last is no: nothing of this is healthy.
            case OnboardingPhase.RenewalFailed when failure.ErrorId == ErrorIds.PlaneRefused:
                Enter(AgentPhase.Refused, step.Time);
                break;
            case OnboardingPhase.AttemptFailed when _status.Phase is not (AgentPhase.Disconnected or AgentPhase.Leaving):
                Enter(AgentPhase.Pending, step.Time);
                break;
        }
    }

    private void LoseSession(AgentPhase phase, OnboardingStep step)
    {
        _inSession = false;
        Enter(phase, step.Time);
    }

    private void ForgetRegistration() => (_status.Registration, _status.RegistrationUid, _status.Address, _status.SpiffeId) = ("", "", "", "");

    // Where a machine is whose session lasts, and whom the plane has nothing against.
    private void Stay(DateTimeOffset at)
    {
        if (_inSession)
        {
            Enter(_sidecarReady ? AgentPhase.Healthy : AgentPhase.Connected, at);
        }
    }

    private void Leave(OnboardingStep step)
    {
        ForgetRegistration();
        (_status.Instance, _status.Policy, _status.TokenExpiresAt) = ("", "", null);
        Enter(AgentPhase.Out, step.Time);
    }

    private void Reach(AgentPhase phase, OnboardingStep step)
    {
        // Steps of a renewal come while the session stands, and change nothing of where the machine is.
        if (_inSession && phase < AgentPhase.Connected)
        {
            return;
        }

        Mark(new Milestone { Phase = phase }, step);
        // A credential is this machine's own doing: the plane's last word is still no.
        if (_status.Phase != AgentPhase.Refused || phase > AgentPhase.Authenticated)
        {
            Enter(phase, step.Time);
        }
    }

    private void Mark(Milestone milestone, OnboardingStep step)
    {
        milestone.Took = (step.Elapsed - _lastMilestone).ToDuration();
        _lastMilestone = step.Elapsed;
        if (!_status.Timeline.Any(m => m.Phase == milestone.Phase && m.BootConfiguration == milestone.BootConfiguration))
        {
            _status.Timeline.Add(milestone);
        }
    }

    private void Enter(AgentPhase phase, DateTimeOffset at)
    {
        if (_status.Phase != phase)
        {
            _status.Phase = phase;
            _status.PhaseSince = at.ToTimestamp();
        }
    }

    private static string Value(OnboardingStep step, string name) => step.Properties.GetValueOrDefault(name) ?? "";

    private static Timestamp? Time(OnboardingStep step, string name) =>
        DateTimeOffset.TryParse(Value(step, name), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset time)
            ? time.ToTimestamp()
            : null;
}
