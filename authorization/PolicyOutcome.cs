namespace Onboarding.Authorization;

/// <summary>How a decision came about.</summary>
public enum PolicyOutcome
{
    /// <summary>No rule admits: the default.</summary>
    NoRule = 0,

    /// <summary>A rule of <c>allow</c> admits and none of <c>deny</c> keeps out.</summary>
    Allowed,

    /// <summary>A rule of <c>deny</c> keeps out.</summary>
    Denied,

    /// <summary>A policy with <c>deny</c> can't be read: until it is repaired its namespace admits no one.</summary>
    Closed,

    /// <summary>There is no such WorkloadGroup.</summary>
    NoGroup,
}
