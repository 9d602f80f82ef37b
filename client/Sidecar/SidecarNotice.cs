namespace Onboarding.Client.Sidecar;

/// <summary>What won't work as people expect once the sidecar runs, though it can be started.</summary>
/// <param name="Message">What, and why.</param>
/// <param name="NextStep">The setting or the command that helps.</param>
internal sealed record SidecarNotice(string Message, string NextStep)
{
    /// <summary>Both, in one line.</summary>
    public string Describe() => $"{Message} Next: {NextStep}";
}
