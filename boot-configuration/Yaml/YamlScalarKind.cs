namespace Onboarding.BootConfiguration.Yaml;

/// <summary>The types a YAML 1.1 scalar resolves to here; a point in time stays the text it is.</summary>
internal enum YamlScalarKind
{
    Null,
    Boolean,
    Integer,
    Float,
    Text,
}
