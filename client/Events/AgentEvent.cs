using System.Globalization;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Events;

/// <summary>
/// Something that happened on a workload's way into the mesh, in it, or out of it. A closed set of values: log lines, steps for people and
/// <see cref="AgentState"/> are functions of these, and nothing reads a text back. Nothing in them is secret.
/// </summary>
internal abstract partial record AgentEvent
{
    // Nested records alone derive from it.
    private AgentEvent(OnboardingPhase phase, bool isWarning) => (Phase, IsWarning) = (phase, isWarning);

    /// <summary>Which step of the way it is; several events may be the same one.</summary>
    public OnboardingPhase Phase { get; }

    /// <summary>True if people should look at it.</summary>
    public bool IsWarning { get; }

    /// <summary>What happened, for people.</summary>
    public abstract string Message { get; }

    /// <summary>Its values, as structured logs and the control socket show them; one without a value is left out.</summary>
    public virtual IReadOnlyList<(string Name, string Value)> Properties => [];

    /// <summary>What went wrong, if the step failed.</summary>
    public virtual OnboardingException? Failure => null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string RoundTrip(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static string Readable(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static (string Name, string Value) Retry(TimeSpan wait) => ("retryInSeconds", Text($"{wait.TotalSeconds:0.000}"));

    /// <summary>A step that failed.</summary>
    /// <param name="Phase">Which one.</param>
    /// <param name="Why">What went wrong.</param>
    public abstract record Failed(OnboardingPhase Phase, OnboardingException Why) : AgentEvent(Phase, true)
    {
        /// <inheritdoc />
        public sealed override OnboardingException Failure => Why;

        /// <inheritdoc />
        public sealed override string Message => Why.Describe();

        /// <inheritdoc />
        public override IReadOnlyList<(string Name, string Value)> Properties =>
        [
            ("errorId", Why.ErrorId), ("reason", Why.Reason ?? ""), ("correlationId", Why.CorrelationId ?? ""), ("nextStep", Why.NextStep),
        ];
    }

    /// <summary>A failure that is the same as before; for the log alone.</summary>
    /// <param name="Same">The last one.</param>
    /// <param name="Times">How often it was the same in a row.</param>
    public sealed record StillFailing(Failed Same, int Times) : AgentEvent(Same.Phase, true)
    {
        /// <inheritdoc />
        public override string Message => Text($"{Same.Message} (the same {Times} times in a row)");

        /// <inheritdoc />
        public override IReadOnlyList<(string Name, string Value)> Properties => [.. Same.Properties, ("times", Number(Times))];
    }

    /// <summary>An attempt that failed, and is made again.</summary>
    /// <param name="Phase">Which step it failed at.</param>
    /// <param name="Why">What went wrong.</param>
    /// <param name="RetryIn">When the agent tries again.</param>
    public abstract record Retried(OnboardingPhase Phase, OnboardingException Why, TimeSpan RetryIn) : Failed(Phase, Why)
    {
        /// <inheritdoc />
        public sealed override IReadOnlyList<(string Name, string Value)> Properties => [.. base.Properties, Retry(RetryIn)];
    }
}
