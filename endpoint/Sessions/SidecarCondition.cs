using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Plane.Registrations;

namespace Onboarding.Endpoint.Sessions;

/// <summary>What an agent reports of its sidecar as the condition <see cref="ConditionChange.SidecarReady"/>.</summary>
internal static class SidecarCondition
{
    private const int LongestMessage = 1024;

    /// <summary>What is to be written; null if the report says nothing that is known here.</summary>
    /// <param name="report">The report; null from an agent that sends none.</param>
    public static ConditionChange? FromReport(HealthReport? report) => report?.Sidecar switch
    {
        SidecarState.Ready when report.SidecarReady => Change(true, nameof(SidecarState.Ready), "The sidecar is ready."),
        // A sidecar that runs and isn't ready is on its way, whatever else the agent calls it.
        SidecarState.Ready or SidecarState.Starting => Change(false, nameof(SidecarState.Starting), Said(report, "The sidecar isn't ready yet.")),
        SidecarState.Stopped => Change(false, nameof(SidecarState.Stopped), Said(report, "The sidecar doesn't run.")),
        SidecarState.Failed => Change(false, nameof(SidecarState.Failed), Said(report, "The sidecar ended by itself.")),
        _ => null,
    };

    /// <summary>What is to be said when the agent's session is over: nothing if nothing was said before.</summary>
    /// <param name="member">The registration.</param>
    /// <param name="reason">Why the session is over.</param>
    public static ConditionChange[] Lost(WorkloadAutoRegistration member, string reason) =>
        member.Status?.Conditions.Any(c => c.Type == ConditionChange.SidecarReady) == true
            ? [Change(null, reason, "The agent, which would know, isn't connected.")]
            : [];

    private static ConditionChange Change(bool? isTrue, string reason, string message) =>
        new(ConditionChange.SidecarReady, isTrue, reason, message);

    // An agent chooses its words; how many of them are kept, it doesn't.
    private static string Said(HealthReport report, string otherwise) => report.Message switch
    {
        "" => otherwise,
        { Length: > LongestMessage } message => message[..LongestMessage],
        string message => message,
    };
}
