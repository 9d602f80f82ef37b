namespace Onboarding.Client.BootConfiguration;

/// <summary>A line of a boot configuration.</summary>
/// <param name="Content">As it is.</param>
/// <param name="Shown">As people may see it.</param>
internal readonly record struct ShownLine(string Content, string Shown);
