using Onboarding.Client.Errors;
using Onboarding.Client.Events;
using Onboarding.Client.Flow;
using Onboarding.Client.Notices;

namespace Onboarding.Client;

/// <summary>Leaving before the platform takes the machine away.</summary>
public sealed partial class OnboardingAgent
{
    private static readonly TimeSpan BetweenFailures = TimeSpan.FromSeconds(30);

    // What isn't drained by then is cut off by the platform itself.
    private static readonly TimeSpan BeforeDeadline = TimeSpan.FromSeconds(5);

    private async Task FollowNoticesAsync(CancellationToken stop)
    {
        if (_options.CreateNotices?.Invoke() is not { } source)
        {
            return;
        }

        try
        {
            await FollowAsync(source, stop);
        }
        finally
        {
            (source as IDisposable)?.Dispose();
        }
    }

    private async Task FollowAsync(INoticeSource source, CancellationToken stop)
    {
        bool hasLeft = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                DepartureNotice? notice = await source.NextAsync(stop);
                if (notice is not null && !hasLeft && IsRunning && notice.IsDue(_options.TimeProvider.GetUtcNow()))
                {
                    hasLeft = true;
                    await LeaveForAsync(notice);
                    await source.AcknowledgeAsync(notice, stop);
                }
                else if (notice is null && hasLeft)
                {
                    // Hibernated, rebooted by others, back from standby: it is here still.
                    hasLeft = false;
                    await ComeBackAsync(stop);
                }
            }
            catch (OnboardingException e)
            {
                _events.Tell(new AgentEvent.NoticesUnread(e));
                await Task.Delay(BetweenFailures, _options.TimeProvider, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The agent ends.
            }
        }
    }

    private async Task LeaveForAsync(DepartureNotice notice)
    {
        Stay stay = _stay!;
        _events.Tell(new AgentEvent.DepartureNoticed(notice.What, notice.Deadline));
        _membership.Leave = new LeaveOptions(notice.What);
        await stay.Stop.CancelAsync();
        if (notice.Deadline is { } deadline)
        {
            TimeSpan left = deadline - BeforeDeadline - _options.TimeProvider.GetUtcNow();
            using var over = new CancellationTokenSource();
            await Task.WhenAny(stay.Completion, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _options.TimeProvider, over.Token));
            await over.CancelAsync();
            if (!stay.Completion.IsCompleted)
            {
                await stay.Hurry.CancelAsync();
            }
        }

        await stay.Completion;
    }

    private async Task ComeBackAsync(CancellationToken stop)
    {
        await _gate.WaitAsync(stop);
        try
        {
            if (!IsRunning)
            {
                _events.Tell(new AgentEvent.DepartureCancelled());
                Begin();
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
