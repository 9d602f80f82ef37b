namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>What happens next in a document.</summary>
internal enum YamlEventKind
{
    Alias,
    Scalar,
    SequenceStart,
    SequenceEnd,
    MappingStart,
    MappingEnd,
}
