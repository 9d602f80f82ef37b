namespace Onboarding.Api.Reading;

/// <summary>How bad a problem is.</summary>
public enum ProblemSeverity
{
    /// <summary>What was read can't be used.</summary>
    Error = 0,

    /// <summary>What was read is used; somebody should look at it.</summary>
    Warning = 1,
}
