namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>
/// All that the agent can ask of the part that runs as root. None takes an argument: an agent that was taken over can't name a file, a
/// program, a unit or a user.
/// </summary>
internal enum RootVerb
{
    /// <summary>Not a verb.</summary>
    None,

    /// <summary>Copies the boot configuration in force, checks the copy, and puts it where Istio's package looks for it.</summary>
    InstallBoot,

    /// <summary>The same for what a running sidecar reads again: hosts and token.</summary>
    InstallLive,

    /// <summary>Starts <c>istio.service</c>.</summary>
    Start,

    /// <summary>Stops <c>istio.service</c>, and waits until it has drained.</summary>
    Stop,

    /// <summary>Undoes the redirection that an ended sidecar left; nothing happens while it runs.</summary>
    Clean,

    /// <summary>Stops the sidecar, and removes all that was installed for it.</summary>
    RemoveIdentity,

    /// <summary>Redirects the machine's traffic to the sidecar that runs.</summary>
    Capture,

    /// <summary>Undoes the redirection of a sidecar that is not ready; only where the administrator's file says <c>onFailure: Open</c>.</summary>
    Release,
}
