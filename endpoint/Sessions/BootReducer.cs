using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Plane.Registrations;

namespace Onboarding.Endpoint.Sessions;

/// <summary>
/// Decides what follows of what an agent says and of what it should have. A function of what it is given alone: <see cref="BootDelivery"/>
/// does what comes of it.
/// </summary>
/// <param name="State">What the agent has, and what is on its way to it.</param>
/// <param name="Member">The registration, as last written.</param>
internal readonly record struct BootReducer(BootState State, WorkloadAutoRegistration Member)
{
    private const int LongestMessage = 1024;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long what a new member has stays unwritten: joins come in thousands at once, and each has the writes it may have.
    /// </summary>
    private static readonly TimeSpan FirstWriteAfter = TimeSpan.FromSeconds(30);

    private BootConfigurationRevision? Desired => Member.Status?.BootConfiguration?.Desired;

    private BootConfigurationRevision? Current => Member.Status?.BootConfiguration?.Current;

    // What it was last ready on is no proof of what its sidecar runs on meanwhile: it may be on its way back.
    private bool IsRestarting => Member.Status?.BootConfiguration?.Admitted > Current?.Generation;

    /// <summary>It should have this.</summary>
    /// <param name="content">What the boot configuration should be now.</param>
    /// <param name="live">The live part that goes with the core the agent has.</param>
    /// <param name="admitted">Generation up to which the rollout lets the sidecar restart.</param>
    /// <param name="network">What is to be said of the member's network.</param>
    /// <param name="clock">What a restart waits by, with the member out of traffic.</param>
    public BootStep Deliver(BootContent content, LiveContent live, long admitted, IReadOnlyList<ConditionChange> network, DrainClock clock)
    {
        BootPlan plan = BootPlan.Create(content, live, State.Sent ?? State.Held, Desired);
        List<BootEffect> effects = [.. Desire(plan, network)];
        BootState state = State;
        if (plan.Interim is { } interim && interim != state.Held)
        {
            // Taken as held at once: if the agent can't write it, its next session shows what it has.
            state = state with { Held = interim };
            effects.Add(new BootEffect.Send(BootMessages.Live(live, interim, Member.Metadata.Uid!)) { Then = state });
        }

        bool restarts = plan.Restarts && admitted >= plan.Desired.Generation;
        bool isRetry = state.Rejected == plan.Desired.Generation;
        if (IsReadyAndOut(state) && (!restarts || (isRetry && state.Out == EntryOut.Yes)))
        {
            state = state with { Out = EntryOut.No };
            effects.Add(new BootEffect.PutIn { Then = state });
            if (restarts)
            {
                // The agent could not put it in force, and its sidecar serves on as before. It gets it again later, and then without being taken
                // out: a machine whose disk is full would otherwise be out of traffic again and again.
                effects.Add(new BootEffect.DeliverAfter(RetryAfter));
                return new BootStep(State, effects);
            }
        }

        if (plan.Restarts && !restarts)
        {
            if (state.Staged != plan.Desired.Generation)
            {
                effects.Add(new BootEffect.Send(BootMessages.Pending(content, plan.Desired, Member.Metadata.Uid!))
                {
                    Then = state with { Staged = plan.Desired.Generation },
                });
            }
        }
        else if (plan.Desired != state.Held && plan.Desired != state.Sent)
        {
            // A sidecar that is ready since it was last taken out has a health again; one that failed has none, and gets the remedy at once.
            bool isInTraffic = state.Out != EntryOut.Yes || (state.OutFor != plan.Desired.Generation && IsReadyAndOut(state));
            if (restarts && !isRetry && isInTraffic)
            {
                state = state with { Out = EntryOut.Yes, OutFor = plan.Desired.Generation, RestartAt = clock.Now + clock.Delay };
                effects.Add(new BootEffect.TakeOut(clock.Delay) { Then = state });
            }

            if (restarts && clock.Now < state.RestartAt)
            {
                effects.Add(new BootEffect.DeliverAfter(state.RestartAt - clock.Now));
                return new BootStep(State, effects);
            }

            effects.Add(new BootEffect.Configure(content, plan) { Then = state with { Sent = plan.Desired } });
        }

        return new BootStep(State, effects);
    }

    /// <summary>The agent says what became of a boot configuration.</summary>
    public BootStep Answered(BootConfigurationStatus answer)
    {
        bool isOfSent = State.Sent is { } sent && sent.Generation == answer.Generation;
        if (answer.Error.Length > 0)
        {
            return !isOfSent ? new BootStep(State) : new BootStep(
                State with { Sent = null, Rejected = answer.Generation },
                [
                    new BootEffect.DeliverAfter(State.Out == EntryOut.Yes ? TimeSpan.Zero : RetryAfter),
                    .. Say(new(ConditionChange.BootConfigurationApplied, false, ConditionChange.Rejected, Cut(answer.Error))),
                ]);
        }

        return isOfSent ? (this with { State = State with { Held = State.Sent, Sent = null } }).SettledAndBack()
            : State.Held?.Generation == answer.Generation ? SettledAndBack()
            : new BootStep(State);
    }

    /// <summary>The agent says how its sidecar is.</summary>
    public BootStep Reported(HealthReport health, DateTimeOffset now)
    {
        BootState state = State with { ReadyCore = health.SidecarReady ? health.CoreHash : "" };
        bool hasFailed = health.Sidecar == SidecarState.Failed
            && Current is { } current
            && health.CoreHash == (state.Sent ?? state.Held)?.CoreHash
            && health.CoreHash != current.CoreHash;
        return !hasFailed ? (this with { State = state }).SettledAndBack()
            : now < state.SayAfter ? new BootStep(state)
            : new BootStep(
                state with { SayAfter = now + SayEvery },
                [.. Say(new(ConditionChange.BootConfigurationApplied, false, ConditionChange.SidecarFailed, Cut(health.Message)))]);
    }

    /// <summary>What the agent has is to be written.</summary>
    public BootStep WriteHeld() => State.Held is { } held && held != Current ? new BootStep(State, HeldWritten(held)) : new BootStep(State);

    /// <summary>How the sidecar is has changed and is to be written; of a new member whose sidecar is ready also what it has, which is about to be written anyway.</summary>
    public BootStep WriteSidecar() => State.Held is { } held && Current is null && held.CoreHash == State.ReadyCore
        ? new BootStep(State, HeldWritten(held))
        : new BootStep(State, new BootEffect.Write(boot => boot));

    /// <summary>Nothing can be made for it.</summary>
    public BootStep NotMade(string why) => new(State, [.. Say(new(ConditionChange.BootConfigurationApplied, false, ConditionChange.NotMade, why))]);

    /// <summary>Text of an agent's, as far as it is kept.</summary>
    public static string Cut(string text) => text.Length > LongestMessage ? text[..LongestMessage] : text;

    private IEnumerable<BootEffect> Desire(BootPlan plan, IReadOnlyList<ConditionChange> network)
    {
        bool begins = plan.Restarts && plan.Desired != Desired;
        ConditionChange[] conditions = !begins ? [.. network] :
        [
            .. network,
            new(ConditionChange.BootConfigurationApplied, false, ConditionChange.Waiting, $"Boot configuration {plan.Desired.Generation} restarts the sidecar and waits for its turn."),
        ];
        WorkloadAutoRegistration member = Member;
        if (plan.Desired == Desired && conditions.All(c => c.IsSaidBy(member)))
        {
            yield break;
        }

        // Whether the agent's first one is known by now or not: this write takes it along.
        BootConfigurationRevision? held = State.Held;
        yield return new BootEffect.Write(boot => boot with { Desired = plan.Desired, Current = boot.Current ?? held }, conditions)
        {
            Waits = begins ? plan.Desired.Generation : null,
        };
    }

    // Ready on what it has; or on what it had, where it went back from a package that did not work.
    private bool IsReadyAndOut(BootState state) =>
        state.Out != EntryOut.No && state.Sent is null && state.Held is { } held && state.ReadyCore.Length > 0
        && (held.CoreHash == state.ReadyCore || Current?.CoreHash == state.ReadyCore);

    // Bringing a member back needs the decision that admits it, which goes with a delivery.
    private BootStep SettledAndBack()
    {
        BootStep step = Settled();
        return IsReadyAndOut(State) ? step with { Effects = [.. step.Effects, new BootEffect.DeliverAfter(TimeSpan.Zero)] } : step;
    }

    private BootStep Settled() =>
        State.Held is not { } held || held == Current ? new BootStep(State)
        : Current is null ? new BootStep(State, new BootEffect.WriteAfter(FirstWriteAfter))
        : (held.CoreHash == Current.CoreHash && !IsRestarting) || held.CoreHash == State.ReadyCore ? new BootStep(State, HeldWritten(held))
        : new BootStep(State);

    private BootEffect.Write HeldWritten(BootConfigurationRevision held)
    {
        ConditionChange[] conditions = held.CoreHash == Desired?.CoreHash
            ? [new(ConditionChange.BootConfigurationApplied, true, ConditionChange.Applied, $"The sidecar is ready on boot configuration {held.Generation}.")]
            : [];
        return new BootEffect.Write(boot => boot with { Current = held }, conditions) { IsOfHeld = true };
    }

    private IEnumerable<BootEffect> Say(ConditionChange condition) => condition.IsSaidBy(Member) ? [] : [new BootEffect.Write(boot => boot, condition)];
}
