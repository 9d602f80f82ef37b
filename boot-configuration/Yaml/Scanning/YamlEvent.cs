namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>A step through a document.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Line">Where, from 1.</param>
/// <param name="Anchor">The node's own name; of an alias, the name it refers to.</param>
/// <param name="Tag">What the node says it is; empty if nothing.</param>
/// <param name="Value">Text of a scalar.</param>
/// <param name="IsImplicit">What a scalar is follows from its text.</param>
internal sealed record YamlEvent(YamlEventKind Kind, int Line, string Anchor, string Tag, string Value, bool IsImplicit)
{
    /// <summary>How much deeper the document is after it.</summary>
    public int Nesting => Kind switch
    {
        YamlEventKind.SequenceStart or YamlEventKind.MappingStart => 1,
        YamlEventKind.SequenceEnd or YamlEventKind.MappingEnd => -1,
        _ => 0,
    };
}
