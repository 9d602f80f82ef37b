namespace Onboarding.Client.Logging;

/// <summary>Where a line belongs in a shell.</summary>
public enum LogSeverity
{
    /// <summary>What <c>-Debug</c> shows.</summary>
    Debug = 0,

    /// <summary>What <c>-Verbose</c> shows.</summary>
    Verbose = 1,

    /// <summary>A warning. Errors are thrown, and what is logged as one is a warning to the person.</summary>
    Warning = 2,
}
