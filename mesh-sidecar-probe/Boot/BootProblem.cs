namespace Onboarding.SidecarProbe.Boot;

/// <summary>Something a sidecar could not start with.</summary>
/// <param name="Check">Id of the check that found it.</param>
/// <param name="File">File it is in.</param>
/// <param name="Value">Variable, field or other value that is missing or wrong.</param>
/// <param name="Message">What is wrong with it. Never holds a secret.</param>
internal sealed record BootProblem(string Check, string File, string Value, string Message);
