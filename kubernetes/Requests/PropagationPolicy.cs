namespace Onboarding.Kubernetes;

/// <summary>What becomes of the objects that an object owns when it is deleted.</summary>
public enum PropagationPolicy
{
    /// <summary>What the kind does by default.</summary>
    Default,

    /// <summary>They are deleted afterwards.</summary>
    Background,

    /// <summary>They are deleted first.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}
