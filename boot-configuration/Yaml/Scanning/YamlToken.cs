namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>A piece of YAML text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Line">Where it starts, from 1.</param>
/// <param name="Value">Text of a scalar; name of an anchor or alias; handle of a tag or of its directive.</param>
/// <param name="Suffix">Rest of a tag; prefix that a directive gives a handle.</param>
/// <param name="IsPlain">It is a scalar without quotes and not a block.</param>
internal sealed record YamlToken(YamlTokenKind Kind, int Line, string Value = "", string Suffix = "", bool IsPlain = false);
