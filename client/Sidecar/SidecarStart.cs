namespace Onboarding.Client.Sidecar;

/// <summary>One start of a sidecar.</summary>
/// <param name="BootDirectory">The boot configuration in force.</param>
/// <param name="CoreHash">Its core, as <c>version.json</c> has it.</param>
internal sealed record SidecarStart(string BootDirectory, string CoreHash);
