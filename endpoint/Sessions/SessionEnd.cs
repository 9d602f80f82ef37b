using Onboarding.Api;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Sessions;

/// <summary>How a session ended.</summary>
/// <param name="Reason">Reason of the condition AgentConnected; null if nothing is to be written.</param>
/// <param name="Message">The same for people.</param>
internal sealed record SessionEnd(string? Reason, string Message)
{
    /// <summary>What the agent is answered; null for OK.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>The registration is gone, or another's business: there is nothing to write.</summary>
    public static SessionEnd Quiet(string message) => new(null, message);

    /// <summary>The connection is lost.</summary>
    public static SessionEnd Lost(string reason, string message) =>
        new(reason, message) { Refusal = new Refusal(RefusalCode.Aborted, Reasons.SessionProtocol, message) };

    /// <summary>The plane has a fault; its log has more. The agent connects again.</summary>
    public static SessionEnd Fault() => new(EndReason.PlaneFault, "The plane had a fault in the session; its log has more.")
    {
        Refusal = new Refusal(RefusalCode.Internal, Reasons.Internal, "The plane has a fault; its log has more under the session's id."),
    };

    /// <summary>A newer session took this one's place.</summary>
    public static SessionEnd Replaced() => new(null, "A newer session of the registration took over.")
    {
        Refusal = new Refusal(RefusalCode.Aborted, Reasons.SessionReplaced, "A newer session of this registration took over."),
    };
}

/// <summary>Why <c>AgentConnected</c> is False; each is a reason of that condition.</summary>
internal static class EndReason
{
    public const string ConnectionLost = "AgentConnectionLost";
    public const string Silent = "AgentSilent";
    public const string TokenExpired = "OnboardingTokenExpired";
    public const string TokenRefused = "OnboardingTokenRefused";
    public const string NotAdmitted = "NotAdmitted";
    public const string PlaneFault = "PlaneFault";
    public const string InstanceRestarted = "InstanceRestarted";
}
