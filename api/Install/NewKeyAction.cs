namespace Onboarding.Api.Install;

/// <summary>Ours: what happens when a bound identity comes with another key.</summary>
public enum NewKeyAction
{
    /// <summary>It is refused until an operator deletes the binding.</summary>
    Refuse = 0,

    /// <summary>The new key replaces the old one if that has no live session and its grace period is over.</summary>
    ReplaceWhenGone = 1,
}
