using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar;

/// <summary>
/// The machine around a sidecar that can't be told where its boot configuration is: what a start puts there, and what its end takes
/// away again. Its methods may be called again whenever one failed or the agent was killed in the middle.
/// </summary>
internal interface ISidecarHost
{
    /// <summary>The program that does what <see cref="EndedAsync"/> and <see cref="RemoveAsync"/> do, as far as that goes without an agent.</summary>
    Launch Undo { get; }

    /// <summary>Before each start: undoes what an earlier start left behind, then installs the boot configuration.</summary>
    /// <param name="start">The start that follows.</param>
    /// <returns>What won't work as people expect, though the sidecar can be started.</returns>
    /// <exception cref="Errors.OnboardingException">The sidecar must not be started on this machine as it is.</exception>
    Task<IReadOnlyList<SidecarNotice>> PrepareAsync(SidecarStart start);

    /// <summary>Sends the machine's traffic and look-ups of names to the sidecar; where that is so already, nothing happens.</summary>
    /// <returns>False if that is not the agent's to do: the administrator makes the rules, or Istio's script made them at the start.</returns>
    /// <exception cref="Errors.OnboardingException">The rules could not be made; none of them is in force.</exception>
    Task<bool> CaptureAsync();

    /// <summary>Sends traffic and look-ups past the sidecar, until the next capture.</summary>
    /// <returns>False if they went past it already, or if that is not the agent's to change.</returns>
    /// <exception cref="Errors.OnboardingException">Some of the rules are left.</exception>
    Task<bool> ReleaseAsync();

    /// <summary>
    /// After a sidecar was ended: undoes what its start did to the machine. Not called for one that ended by itself and is started
    /// again, nor when the agent lets go of one that runs on.
    /// </summary>
    /// <exception cref="Errors.OnboardingException">Something of it is left; the next call tries again.</exception>
    Task EndedAsync();

    /// <summary>Looks what a sidecar lacks that calls itself ready, and notes what it was given since the last look.</summary>
    /// <param name="cancellationToken">Ends the looking.</param>
    /// <returns>What it lacks; null if nothing.</returns>
    Task<Errors.OnboardingException?> FindProblemAsync(CancellationToken cancellationToken);

    /// <summary>When hosts or token changed under a running sidecar.</summary>
    /// <param name="bootDirectory">The boot configuration in force.</param>
    void InstallLive(string bootDirectory);

    /// <summary>After the machine has left: nothing of the mesh stays on it.</summary>
    /// <exception cref="Errors.OnboardingException">Something is left.</exception>
    Task RemoveAsync();
}

/// <summary>One start of a sidecar.</summary>
/// <param name="BootDirectory">The boot configuration in force.</param>
/// <param name="CoreHash">Its core, as <c>version.json</c> has it.</param>
internal sealed record SidecarStart(string BootDirectory, string CoreHash)
{
    /// <summary>True to capture the machine's traffic before it. A capture in force stays in force whatever is said here.</summary>
    public bool CapturesFirst { get; init; }
}

/// <summary>What won't work as people expect once the sidecar runs, though it can be started.</summary>
/// <param name="Message">What, and why.</param>
/// <param name="NextStep">The setting or the command that helps.</param>
internal sealed record SidecarNotice(string Message, string NextStep)
{
    /// <summary>Both, in one line.</summary>
    public string Describe() => $"{Message} Next: {NextStep}";
}
