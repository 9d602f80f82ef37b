using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Registration;
using Onboarding.Kubernetes;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Registrations;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Brings boot configurations to agents. What applies without a restart goes out at once; what restarts the sidecar is given to the
/// agent to keep, and goes out when the rollout admits the member. An agent that has none gets one at once: nothing of it runs.
/// </summary>
internal sealed partial class BootDelivery(
    BootConfigurationSource source,
    SessionStatusWriter writer,
    GroupAdoption adoption,
    TimeProvider time,
    ILogger<BootDelivery> logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long what a new member has stays unwritten: joins come in thousands at once, and each has the writes it may have.
    /// </summary>
    private static readonly TimeSpan FirstWriteAfter = TimeSpan.FromSeconds(30);

    /// <summary>What an agent is to have when its session begins, and what is to be said of it.</summary>
    /// <exception cref="RefusedException">It has nothing yet, and nothing can be made for it.</exception>
    public (Func<WorkloadAutoRegistration, BootConfigurationRevision?> Desired, IReadOnlyList<ConditionChange> Conditions) Begin(
        WorkloadAutoRegistration member, BootConfigurationRevision? held)
    {
        try
        {
            BootContent content = source.Make(member);
            LiveContent live = source.LiveOf(member);
            return (current => BootPlan.Of(content, live, held, current.Status?.BootConfiguration?.Desired).Desired, NetworkOf(member));
        }
        catch (RefusedException e) when (held is not null)
        {
            // Its sidecar runs. Better a session that says what is wrong than none.
            return (current => current.Status?.BootConfiguration?.Desired, [NotMade(e)]);
        }
    }

    /// <summary>Sends what the agent lacks.</summary>
    /// <returns>True if an istio-token went with it.</returns>
    public async Task<bool> DeliverAsync(AgentSession session, CancellationToken cancellationToken)
    {
        await session.Boot.Gate.WaitAsync(cancellationToken);
        try
        {
            BootContent content = source.Make(session.Member);
            LiveContent live = source.LiveOf(session.Member);
            BootPlan plan = BootPlan.Of(content, live, session.Boot.Sent ?? session.Boot.Held, session.Desired);
            if (!await DesireAsync(session, plan, cancellationToken))
            {
                return false;
            }

            SendInterim(session, plan.Interim, live);
            if (plan.Restarts && session.Admitted < plan.Desired.Generation)
            {
                Stage(session, content, plan.Desired);
                return false;
            }

            return plan.Desired != session.Boot.Held
                && plan.Desired != session.Boot.Sent
                && await SendAsync(session, content, plan, cancellationToken);
        }
        catch (RefusedException e)
        {
            await SayAsync(session, NotMade(e), cancellationToken);
            throw;
        }
        finally
        {
            session.Boot.Gate.Release();
        }
    }

    /// <summary>Takes what the agent says became of a boot configuration.</summary>
    public async Task AnsweredAsync(AgentSession session, BootConfigurationStatus answer, CancellationToken cancellationToken)
    {
        await session.Boot.Gate.WaitAsync(cancellationToken);
        try
        {
            bool isOfSent = session.Boot.Sent is { } sent && sent.Generation == answer.Generation;
            if (answer.Error.Length > 0)
            {
                string error = Cut(answer.Error);
                LogRejected(logger, session.Member.Metadata.Name, answer.Generation, error);
                if (isOfSent)
                {
                    session.Boot.Sent = null;
                    session.Boot.SendAgainAt = time.GetUtcNow() + RetryAfter;
                    await SayAsync(session, new(ConditionChange.BootConfigurationApplied, false, ConditionChange.Rejected, error), cancellationToken);
                }
            }
            else if (isOfSent)
            {
                session.Boot.Held = session.Boot.Sent;
                session.Boot.Sent = null;
                await SettleAsync(session, cancellationToken);
            }
            else if (session.Boot.Held?.Generation == answer.Generation)
            {
                await SettleAsync(session, cancellationToken);
            }
        }
        finally
        {
            session.Boot.Gate.Release();
        }
    }

    /// <summary>Takes how the agent's sidecar is.</summary>
    public async Task HealthAsync(AgentSession session, HealthReport health, CancellationToken cancellationToken)
    {
        await session.Boot.Gate.WaitAsync(cancellationToken);
        try
        {
            session.Sidecar.Take(health, session.Member);
            session.Boot.ReadyCore = health.SidecarReady ? health.CoreHash : "";
            BootConfigurationRevision? newest = session.Boot.Sent ?? session.Boot.Held;
            if (health.Sidecar == SidecarState.Failed
                && session.Current is { } current
                && health.CoreHash == newest?.CoreHash
                && health.CoreHash != current.CoreHash)
            {
                if (time.GetUtcNow() >= session.Boot.SayAfter)
                {
                    session.Boot.SayAfter = time.GetUtcNow() + SayEvery;
                    await SayAsync(
                        session, new(ConditionChange.BootConfigurationApplied, false, ConditionChange.SidecarFailed, Cut(health.Message)), cancellationToken);
                }
            }
            else
            {
                await SettleAsync(session, cancellationToken);
            }
        }
        finally
        {
            session.Boot.Gate.Release();
        }
    }

    /// <summary>Writes what the agent has, after all.</summary>
    public async Task WriteCurrentAsync(AgentSession session, CancellationToken cancellationToken)
    {
        await session.Boot.Gate.WaitAsync(cancellationToken);
        try
        {
            if (session.Boot.Held is { } held && held != session.Current)
            {
                await WriteAsync(session, held, cancellationToken);
            }
        }
        finally
        {
            session.Boot.Gate.Release();
        }
    }

    /// <summary>Writes how the sidecar is; of a new member whose sidecar is ready also what it has, which is about to be written anyway.</summary>
    public async Task WriteSidecarAsync(AgentSession session, CancellationToken cancellationToken)
    {
        await session.Boot.Gate.WaitAsync(cancellationToken);
        try
        {
            if (session.Sidecar.Pending(session.Member) is null)
            {
                return;
            }

            if (session is { Current: null, Boot.Held: { } held } && held.CoreHash == session.Boot.ReadyCore)
            {
                await WriteAsync(session, held, cancellationToken);
            }
            else
            {
                await WriteAsync(session, state => state, [], cancellationToken);
            }
        }
        finally
        {
            session.Boot.Gate.Release();
        }
    }

    private async Task<bool> DesireAsync(AgentSession session, BootPlan plan, CancellationToken cancellationToken)
    {
        ConditionChange[] conditions = [.. NetworkOf(session.Member)];
        if (plan.Restarts && plan.Desired != session.Desired)
        {
            LogWaits(logger, session.Member.Metadata.Namespace, session.Member.Metadata.Name, plan.Desired.Generation);
            conditions =
            [
                .. conditions,
                new(ConditionChange.BootConfigurationApplied, false, ConditionChange.Waiting, $"Boot configuration {plan.Desired.Generation} restarts the sidecar and waits for its turn."),
            ];
        }

        if (plan.Desired == session.Desired && conditions.All(c => c.IsSaidBy(session.Member)))
        {
            return true;
        }

        // Whether the agent's first one is known by now or not: this write takes it along.
        return await WriteAsync(
            session,
            state => state with { Desired = plan.Desired, Current = state.Current ?? session.Boot.Held },
            conditions,
            cancellationToken);
    }

    private static void SendInterim(AgentSession session, BootConfigurationRevision? interim, LiveContent live)
    {
        if (interim is null || interim == session.Boot.Held)
        {
            return;
        }

        // Taken as held at once: if the agent can't write it, its next session shows what it has.
        session.Boot.Held = interim;
        session.Send(new PlaneMessage
        {
            LiveConfiguration = new LiveConfiguration { Version = BootMessages.Version(interim), RegistrationUid = session.Uid, Hosts = live.Hosts },
        });
    }

    private static void Stage(AgentSession session, BootContent content, BootConfigurationRevision desired)
    {
        if (session.Boot.Staged != desired.Generation)
        {
            session.Boot.Staged = desired.Generation;
            session.Send(BootMessages.Pending(content, desired, session.Uid));
        }
    }

    private async Task<bool> SendAsync(AgentSession session, BootContent content, BootPlan plan, CancellationToken cancellationToken)
    {
        // Before the sidecar starts: istiod takes health reports of a member only if its entry said so when the sidecar connected.
        session.Member = await adoption.AdoptAsync(
            session.Member, source.GroupOf(session.Member), plan.Restarts, cancellationToken);
        ServiceAccountToken token = await source.CreateTokenAsync(content.Live.Account, cancellationToken);
        session.Send(BootMessages.Configuration(content, plan.Desired, session.Uid, token));
        session.Boot.Sent = plan.Desired;
        session.RenewTokenOf(token.ExpiresAt);
        return true;
    }

    private async Task SettleAsync(AgentSession session, CancellationToken cancellationToken)
    {
        if (session.Boot.Held is not { } held || held == session.Current)
        {
            return;
        }

        if (session.Current is null)
        {
            session.Boot.WriteAt = session.Boot.WriteAt == DateTimeOffset.MaxValue ? time.GetUtcNow() + FirstWriteAfter : session.Boot.WriteAt;
        }
        else if (held.CoreHash == session.Current.CoreHash || held.CoreHash == session.Boot.ReadyCore)
        {
            await WriteAsync(session, held, cancellationToken);
        }
    }

    private async Task WriteAsync(AgentSession session, BootConfigurationRevision held, CancellationToken cancellationToken)
    {
        session.Boot.WriteAt = DateTimeOffset.MaxValue;
        bool isDesired = held.CoreHash == session.Desired?.CoreHash;
        ConditionChange[] conditions = isDesired
            ? [new(ConditionChange.BootConfigurationApplied, true, ConditionChange.Applied, $"The sidecar is ready on boot configuration {held.Generation}.")]
            : [];
        await WriteAsync(session, state => state with { Current = held }, conditions, cancellationToken);
    }

    private async Task SayAsync(AgentSession session, ConditionChange condition, CancellationToken cancellationToken)
    {
        if (!condition.IsSaidBy(session.Member))
        {
            await WriteAsync(session, state => state, [condition], cancellationToken);
        }
    }

    // How the sidecar is goes with whatever is written.
    private async Task<bool> WriteAsync(
        AgentSession session, Func<BootConfigurationState, BootConfigurationState> change, ConditionChange[] conditions, CancellationToken cancellationToken)
    {
        ConditionChange? sidecar = session.Sidecar.Pending(session.Member);
        WorkloadAutoRegistration? written = await writer.WriteBootAsync(
            session.Member, session.Epoch, change, sidecar is null ? conditions : [.. conditions, sidecar], cancellationToken);
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
    private ConditionChange[] NetworkOf(WorkloadAutoRegistration member) =>
        source.NetworkProblemOf(member) is { } problem ? [new(ConditionChange.NetworkChecked, false, problem.Reason, problem.Message)]
        : member.Status?.Conditions.Any(c => c.Type == ConditionChange.NetworkChecked) == true
            ? [new(ConditionChange.NetworkChecked, true, "NetworkReachable", "The networks of the member, its namespace and the cluster fit together.")]
        : [];

    private static ConditionChange NotMade(RefusedException e) =>
        new(ConditionChange.BootConfigurationApplied, false, ConditionChange.NotMade, e.Message);

    private static string Cut(string text) => text.Length > 1024 ? text[..1024] : text;

    [LoggerMessage(4102, LogLevel.Information, "{Namespace}/{Registration} has boot configuration {Generation} to come, which restarts its sidecar, and waits for its turn")]
    private static partial void LogWaits(ILogger logger, string? @namespace, string registration, long generation);

    [LoggerMessage(4113, LogLevel.Warning, "The agent of {Registration} couldn't take boot configuration {Generation}: {Error}")]
    private static partial void LogRejected(ILogger logger, string registration, long generation, string error);
}
