using Onboarding.Client.Control;

namespace Onboarding.Client.Ownership;

/// <summary>Who owns this machine's session, or could.</summary>
public abstract record SessionOwner
{
    private SessionOwner()
    {
    }

    /// <summary>An agent runs and answers: it is handed over to.</summary>
    /// <param name="Client">What it is talked to by.</param>
    public sealed record Agent(ControlClient Client) : SessionOwner;

    /// <summary>The agent service is installed and doesn't run: to be started, then handed over to.</summary>
    public sealed record StoppedService : SessionOwner;

    /// <summary>No one: this process may.</summary>
    public sealed record None : SessionOwner;
}
