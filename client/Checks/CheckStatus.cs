namespace Onboarding.Client.Checks;

/// <summary>How a check went.</summary>
public enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>The machine can join, and somebody should look at it.</summary>
    Warn,

    /// <summary>The machine can't join, or its sidecar can't run.</summary>
    Fail,

    /// <summary>Not looked at: another check that it needs didn't pass, or it doesn't apply here.</summary>
    Skipped,
}
