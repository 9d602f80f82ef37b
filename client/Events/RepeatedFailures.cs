namespace Onboarding.Client.Events;

/// <summary>
/// Keeps out of the log what says nothing new: attempts that end as the one before did. Such a failure has a line at first, and another
/// every ten minutes, with how often it was; the steps of an attempt have lines once the attempt ends otherwise. Status and watchers get
/// every event.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class RepeatedFailures(TimeProvider time)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(10);
    private readonly List<AgentEvent> _attempt = [];
    private (Type Event, string ErrorId, string? Reason, string What)? _last;
    private long _told;
    private int _times;

    /// <summary>What to log, now that something happened.</summary>
    public IReadOnlyList<AgentEvent> Add(AgentEvent happened)
    {
        switch (happened)
        {
            case AgentEvent.Retried or AgentEvent.RenewalFailed or AgentEvent.NoticesUnread:
                return AddFailure((AgentEvent.Failed)happened);
            case AgentEvent.PlaneFound or AgentEvent.CredentialObtained or AgentEvent.Authorized or AgentEvent.Registered when _last is not null:
                _attempt.Add(happened);
                return [];
            case AgentEvent.Connected or AgentEvent.TokenRenewed or AgentEvent.RegistrationGone or AgentEvent.Excluded or AgentEvent.LeavingBegan:
                AgentEvent[] all = [.. _attempt, happened];
                _attempt.Clear();
                _last = null;
                return all;
            default:
                return [happened];
        }
    }

    private AgentEvent[] AddFailure(AgentEvent.Failed failed)
    {
        // The message has a correlation id, which is another one each time; the plane's own words don't.
        (Type, string, string?, string) failure = (failed.GetType(), failed.Why.ErrorId, failed.Why.Reason, failed.Why.Detail ?? failed.Why.Message);
        bool isSame = failure == _last;
        _times = isSame ? _times + 1 : 1;
        if (isSame && time.GetElapsedTime(_told) < BetweenLines)
        {
            _attempt.Clear();
            return [];
        }

        AgentEvent[] all = isSame ? [new AgentEvent.StillFailing(failed, _times)] : [.. _attempt, failed];
        _attempt.Clear();
        (_last, _told) = (failure, time.GetTimestamp());
        return all;
    }
}
