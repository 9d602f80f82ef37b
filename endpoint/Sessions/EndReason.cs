namespace Onboarding.Endpoint.Sessions;

/// <summary>Why <c>AgentConnected</c> is False; each is a reason of that condition.</summary>
internal static class EndReason
{
    public const string ConnectionLost = "AgentConnectionLost";
    public const string Silent = "AgentSilent";
    public const string TokenExpired = "OnboardingTokenExpired";
    public const string TokenRefused = "OnboardingTokenRefused";
    public const string PlaneFault = "PlaneFault";
    public const string InstanceRestarted = "InstanceRestarted";
}
