using Onboarding.Api.Rpc;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;

namespace Onboarding.Client.Flow;

/// <summary>The way out: records first, then the sidecar, then what is on the disk.</summary>
internal sealed partial class Membership
{
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultPropagationDelay = TimeSpan.FromSeconds(10);

    private async Task LeaveAsync(Task staying, CancellationTokenSource ending, CancellationToken hurry)
    {
        _isLeaving = true;
        _events.Tell(new AgentEvent.LeavingBegan());
        if (!_inSession)
        {
            // In the middle of joining: first know how far it came.
            await ending.CancelAsync();
            await staying;
        }

        // The records go while the session is established: it says no more than that this machine is here, and the plane takes its end
        // for what it is. Clients must learn that the workload leaves before it stops answering.
        TimeSpan delay = await UnregisterAsync();
        await ending.CancelAsync();
        await staying;
        if (Runtime.IsSidecarRunning && delay > TimeSpan.Zero)
        {
            _events.Tell(new AgentEvent.Draining(delay));
            await Task.Delay(delay, _time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Runtime.StopSidecarAsync(hurry: hurry);
        await Runtime.ClearAsync();
        _registrations.Delete();
        (_token, _registration, _renewal, Leave) = (null, null, null, new LeaveOptions());
        _backoff.Reset();
        _events.Tell(new AgentEvent.Left());
    }

    // However many signals come, and how fast: process groups and supervisors send two at once, and a machine whose records stay would be
    // sent traffic to until the plane misses it.
    /// <returns>How long the sidecar should serve on.</returns>
    private async Task<TimeSpan> UnregisterAsync()
    {
        // The session goes on meanwhile, and is told that the registration is gone: it may forget it at any moment.
        if (_registration is not { } left)
        {
            // Without a uid there is nothing that is surely this machine's.
            return TimeSpan.Zero;
        }

        long began = _time.GetTimestamp();
        using var timeout = new CancellationTokenSource(LeaveTimeout, _time);
        try
        {
            UnregisterWorkloadResponse answer = await AskToUnregisterAsync(left.Uid, timeout.Token);
            TimeSpan delay = Leave.PropagationDelay ?? (answer.PropagationDelay is { } told ? PlaneTimes.Wait(told) : DefaultPropagationDelay);
            _events.Tell(new AgentEvent.Unregistered(_options.Onboarding.WorkloadGroup.Namespace, left.Name, _plane.Address));
            return delay;
        }
        catch (Exception e) when (e is OnboardingException or OperationCanceledException)
        {
            OnboardingException why = e as OnboardingException ?? new OnboardingException(
                ErrorIds.EndpointUnreachable, $"The plane at {_plane.Address} didn't answer within {_time.GetElapsedTime(began).TotalSeconds:0.#} s.", "", e);
            _events.Tell(new AgentEvent.UnregisterFailed(new OnboardingException(
                why.ErrorId,
                $"Could not unregister from the plane. It removes this workload after the grace period. {why.Message}",
                $"kubectl -n {_options.Onboarding.WorkloadGroup.Namespace} delete war {left.Name}",
                e)));
            return Leave.PropagationDelay ?? DefaultPropagationDelay;
        }
    }

    private async Task<UnregisterWorkloadResponse> AskToUnregisterAsync(string registrationUid, CancellationToken cancellationToken)
    {
        Task<UnregisterWorkloadResponse> AskAsync(HeldToken token) => _plane.UnregisterAsync(
            token, registrationUid, new UnregisterWorkloadRequest { Reason = Leave.Reason }, cancellationToken);
        if ((_renewal?.Current ?? _token) is { } held && held.IsGoodAt(_time.GetUtcNow()))
        {
            try
            {
                return await AskAsync(held);
            }
            catch (OnboardingException e) when (HeldToken.IsWhatIsRefused(e))
            {
                // The plane's token keys were replaced: without a fresh token its records would outlive this machine.
            }
        }

        return await AskAsync(await _joiner.AuthorizeAsync(cancellationToken));
    }
}

/// <summary>How to leave the mesh.</summary>
/// <param name="Reason">Why, for the plane's audit log.</param>
/// <param name="PropagationDelay">How long the sidecar serves on after its records are gone; null for what the plane says.</param>
internal sealed record LeaveOptions(string Reason = "agent stopped", TimeSpan? PropagationDelay = null);
