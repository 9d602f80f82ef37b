namespace Onboarding.Authorization;

/// <summary>What a rule does with those it matches.</summary>
public enum RuleEffect
{
    /// <summary>Admits.</summary>
    Allow = 0,

    /// <summary>Keeps out, whatever others allow.</summary>
    Deny,
}
