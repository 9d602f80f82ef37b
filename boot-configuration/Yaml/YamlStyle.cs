namespace Onboarding.BootConfiguration.Yaml;

/// <summary>How a scalar is written.</summary>
internal enum YamlStyle
{
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}
