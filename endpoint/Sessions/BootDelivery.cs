using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Admissions;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Registration;
using Onboarding.Kubernetes;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Registrations;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Brings boot configurations to agents. What applies without a restart goes out at once; what restarts the sidecar is given to the
/// agent to keep, and goes out when the rollout admits the member. An agent that has none gets one at once: nothing of it runs.
/// <see cref="BootReducer"/> decides; all of it happens in the session's mailbox.
/// </summary>
internal sealed partial class BootDelivery(
    BootConfigurationSource source,
    SessionStatusWriter writer,
    GroupAdoption adoption,
    MemberAdmission admissions,
    PlaneConfiguration plane,
    TimeProvider time,
    ILogger<BootDelivery> logger)
{
    /// <summary>What an agent is to have when its session begins, and what is to be said of it.</summary>
    /// <exception cref="RefusedException">It has nothing yet, and nothing can be made for it.</exception>
    public (Func<WorkloadAutoRegistration, BootConfigurationRevision?> Desired, IReadOnlyList<ConditionChange> Conditions) Begin(
        WorkloadAutoRegistration member, BootConfigurationRevision? held, string package)
    {
        try
        {
            BootContent content = source.Make(member) with { Package = package };
            LiveContent live = source.LiveOf(member);
            return (current => BootPlan.Create(content, live, held, current.Status?.BootConfiguration?.Desired).Desired, ChecksOf(member));
        }
        catch (RefusedException e) when (held is not null)
        {
            // Its sidecar runs. Better a session that says what is wrong than none.
            return (
                current => current.Status?.BootConfiguration?.Desired,
                [new(ConditionChange.BootConfigurationApplied, false, ConditionChange.NotMade, e.Message)]);
        }
    }

    /// <summary>Sends what the agent lacks.</summary>
    /// <returns>True if an istio-token went with it.</returns>
    public Task<bool> DeliverAsync(AgentSession session, CancellationToken cancellationToken) => session.Mailbox.RunAsync(async () =>
    {
        try
        {
            BootContent content = source.Make(session.Member) with { Package = session.Package.Settle() };
            LiveContent live = source.LiveOf(session.Member);
            BootStep step = Reducer(session).Deliver(
                content, live, session.Admitted, ChecksOf(session.Member), new DrainClock(time.GetUtcNow(), plane.Required.Spec.Workloads.Deregistration.PropagationDelay));

            // Only what gives something needs the decision: a change that concerns every session must not cost one of each.
            bool isBehind = session.Boot.Held?.CoreHash == content.CoreHash && adoption.IsBehind(session.Member, source.GroupOf(session.Member));
            Admission? admission = isBehind || step.Effects.Any(e => e is BootEffect.Send or BootEffect.Configure or BootEffect.TakeOut or BootEffect.PutIn)
                ? await admissions.DecideInSessionAsync("boot-configuration", session.Member, session.Claims, session.Id, session.Source, cancellationToken)
                : null;
            if (isBehind)
            {
                session.Member = await adoption.AdoptAsync(session.Member, source.GroupOf(session.Member), admission!, EntryUse.Unchanged, cancellationToken);
            }

            return await ApplyAsync(session, step, cancellationToken, admission);
        }
        catch (RefusedException e)
        {
            await ApplyAsync(session, Reducer(session).NotMade(e.Message), cancellationToken);
            throw;
        }
    });

    /// <summary>Takes what the agent says became of a boot configuration.</summary>
    public Task AnsweredAsync(AgentSession session, BootConfigurationStatus answer, CancellationToken cancellationToken) => session.Mailbox.RunAsync(() =>
    {
        if (answer.Error.Length > 0)
        {
            LogRejected(logger, session.Member.Metadata.Name, answer.Generation, BootReducer.Cut(answer.Error));
        }

        return ApplyAsync(session, Reducer(session).Answered(answer), cancellationToken);
    });

    /// <summary>Takes how the agent's sidecar is.</summary>
    public Task HealthAsync(AgentSession session, HealthReport health, CancellationToken cancellationToken) => session.Mailbox.RunAsync(() =>
    {
        session.Sidecar.Take(health, session.Member);
        if (session.Package.Take(health) is { } due)
        {
            LogPackage(logger, session.Member.Metadata.Namespace, session.Member.Metadata.Name);
            session.DeliverDue.Set(due);
        }

        return ApplyAsync(session, Reducer(session).Reported(health, time.GetUtcNow()), cancellationToken);
    });

    /// <summary>Writes what the agent has, after all.</summary>
    public Task WriteCurrentAsync(AgentSession session, CancellationToken cancellationToken) =>
        session.Mailbox.RunAsync(() => ApplyAsync(session, Reducer(session).WriteHeld(), cancellationToken));

    /// <summary>Writes how the sidecar is.</summary>
    public Task WriteSidecarAsync(AgentSession session, CancellationToken cancellationToken) => session.Mailbox.RunAsync(async () =>
        session.Sidecar.Pending(session.Member) is not null && await ApplyAsync(session, Reducer(session).WriteSidecar(), cancellationToken));

    private static BootReducer Reducer(AgentSession session) => new(session.Boot, session.Member);

    /// <summary>Does what was decided.</summary>
    /// <returns>True if an istio-token was sent.</returns>
    private async Task<bool> ApplyAsync(AgentSession session, BootStep step, CancellationToken cancellationToken, Admission? admission = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool sentToken = false;
        session.Boot = step.State;
        foreach (BootEffect effect in step.Effects)
        {
            switch (effect)
            {
                case BootEffect.Write write when !await TryWriteAsync(session, write, cancellationToken):
                    return false;
                case BootEffect.Send send:
                    session.Send(send.Message);
                    break;
                case BootEffect.TakeOut taken:
                    await adoption.TakeOutAsync(session.Member, source.GroupOf(session.Member), admission!, cancellationToken);
                    LogTakenOut(logger, session.Member.Metadata.Namespace, session.Member.Metadata.Name, taken.Delay.TotalSeconds);
                    break;
                case BootEffect.PutIn:
                    await adoption.PutInAsync(session.Member, source.GroupOf(session.Member), admission!, cancellationToken);
                    LogPutIn(logger, session.Member.Metadata.Namespace, session.Member.Metadata.Name);
                    break;
                case BootEffect.Configure configure:
                    await ConfigureAsync(session, admission!, configure.Content, configure.Plan, cancellationToken);
                    sentToken = true;
                    break;
                case BootEffect.DeliverAfter later:
                    session.DeliverDue.Set(time.GetUtcNow() + later.Pause);
                    break;
                case BootEffect.WriteAfter later when !session.WriteDue.IsSet:
                    session.WriteDue.Set(time.GetUtcNow() + later.Pause);
                    break;
            }

            session.Boot = effect.Then ?? session.Boot;
        }

        return sentToken;
    }

    private async Task ConfigureAsync(
        AgentSession session, Admission admission, BootContent content, BootPlan plan, CancellationToken cancellationToken)
    {
        // Before the sidecar starts: istiod takes health reports of a member only if its entry said so when the sidecar connected.
        session.Member = await adoption.AdoptAsync(
            session.Member,
            source.GroupOf(session.Member),
            admission,
            !plan.Restarts ? EntryUse.Unchanged : session.Boot.Out == EntryOut.Yes ? EntryUse.OutOfTraffic : EntryUse.InTraffic,
            cancellationToken);
        ServiceAccountToken token = await source.CreateTokenAsync(admission, content.Live.Account, cancellationToken);
        session.Send(BootMessages.Configuration(content, plan.Desired, session.Uid, token));
        session.RenewTokenOf(token.ExpiresAt);
    }

    // How the sidecar is goes with whatever is written.
    private async Task<bool> TryWriteAsync(AgentSession session, BootEffect.Write write, CancellationToken cancellationToken)
    {
        if (write.Waits is { } generation)
        {
            LogWaits(logger, session.Member.Metadata.Namespace, session.Member.Metadata.Name, generation);
        }

        if (write.IsOfHeld)
        {
            session.WriteDue.Clear();
        }

        ConditionChange? sidecar = session.Sidecar.Pending(session.Member);
        WorkloadAutoRegistration? written = await writer.WriteBootAsync(
            session.Member, write.Change, sidecar is null ? write.Conditions : [.. write.Conditions, sidecar], cancellationToken);
        if (written is null)
        {
            return false;
        }

        session.Member = written;
        if (sidecar is not null)
        {
            session.Sidecar.Written();
        }

        return true;
    }

    // Said only where there is something to say: most meshes have one network.
    // Each condition is there only once something was wrong.
    private ConditionChange[] ChecksOf(WorkloadAutoRegistration member) => [.. NetworkOf(member), .. GatewayOf(member)];

    private ConditionChange[] GatewayOf(WorkloadAutoRegistration member) =>
        source.GatewayProblem() is { } problem ? [new(ConditionChange.GatewayChecked, false, "ExternalIPsDeprecated", problem)]
        : member.Status?.Conditions.Any(c => c.Type == ConditionChange.GatewayChecked) == true
            ? [new(ConditionChange.GatewayChecked, true, "GatewaySupported", "This machine reaches istiod by addresses that Kubernetes supports.")]
        : [];

    private ConditionChange[] NetworkOf(WorkloadAutoRegistration member) =>
        source.NetworkProblemOf(member) is { } problem ? [new(ConditionChange.NetworkChecked, false, problem.Reason, problem.Message)]
        : member.Status?.Conditions.Any(c => c.Type == ConditionChange.NetworkChecked) == true
            ? [new(ConditionChange.NetworkChecked, true, "NetworkReachable", "The networks of the member, its namespace and the cluster fit together.")]
        : [];

    [LoggerMessage(4102, LogLevel.Information, "{Namespace}/{Registration} has boot configuration {Generation} to come, which restarts its sidecar, and waits for its turn")]
    private static partial void LogWaits(ILogger logger, string? @namespace, string registration, long generation);

    [LoggerMessage(4106, LogLevel.Information, "{Namespace}/{Registration} is out of traffic; its sidecar restarts in {Seconds} s")]
    private static partial void LogTakenOut(ILogger logger, string? @namespace, string registration, double seconds);

    [LoggerMessage(4107, LogLevel.Information, "{Namespace}/{Registration} is in traffic again: its sidecar is ready")]
    private static partial void LogPutIn(ILogger logger, string? @namespace, string registration);

    [LoggerMessage(4108, LogLevel.Information, "{Namespace}/{Registration} has another sidecar package on its disk")]
    private static partial void LogPackage(ILogger logger, string? @namespace, string registration);

    [LoggerMessage(4113, LogLevel.Warning, "The agent of {Registration} couldn't take boot configuration {Generation}: {Error}")]
    private static partial void LogRejected(ILogger logger, string registration, long generation, string error);
}
