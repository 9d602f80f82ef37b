namespace Onboarding.BootConfiguration.Schema;

/// <summary>How often a field occurs.</summary>
internal enum FieldShape
{
    /// <summary>Once; zero is the same as absent.</summary>
    Singular,

    /// <summary>Once; zero is written too (wrappers, messages, members of a oneof).</summary>
    Presence,

    /// <summary>A list.</summary>
    List,

    /// <summary>A map from texts.</summary>
    Map,
}
