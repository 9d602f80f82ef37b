namespace Onboarding.Kubernetes;

/// <summary>What the server does with fields it doesn't know.</summary>
public enum FieldValidation
{
    /// <summary>Whatever it does by default.</summary>
    Default,

    /// <summary>Drops them silently.</summary>
    Ignore,

    /// <summary>Drops them and says so.</summary>
    Warn,

    /// <summary>Refuses the object.</summary>
    Strict,
}
