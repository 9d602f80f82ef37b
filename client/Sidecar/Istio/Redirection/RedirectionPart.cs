using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>A part of Istio's redirection that is in force, and the one command that takes it away and nothing else.</summary>
/// <param name="Shown">What it is, for people.</param>
/// <param name="Tool">The program that removes it.</param>
/// <param name="Removal">Its arguments.</param>
internal sealed record RedirectionPart(string Shown, string Tool, IReadOnlyList<string> Removal)
{
    /// <summary>Removes it.</summary>
    public Task<FinishedCommand> RemoveAsync() => MachineTools.RunAsync(Tool, Removal);
}
