namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>A place that turns out to be a key if a colon follows on the same line.</summary>
/// <param name="Token">Number of the token it starts at.</param>
/// <param name="IsRequired">Nothing else may stand there.</param>
/// <param name="Line">Where it starts.</param>
/// <param name="Column">Its column.</param>
/// <param name="Index">Characters before it.</param>
internal readonly record struct YamlSimpleKey(int Token, bool IsRequired, int Line, int Column, int Index);
