namespace Onboarding.Client.Control;

/// <summary>One stay in the mesh: from being told to join to having left.</summary>
internal sealed class AgentRun : IDisposable
{
    private AgentRun()
    {
    }

    /// <summary>Cancelled to leave.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Cancelled to leave without letting the sidecar serve on.</summary>
    public CancellationTokenSource Hurry { get; } = new();

    /// <summary>Ends when the machine is out.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>What ended it that isn't leaving; null while nothing did.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Tells an agent to join.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="faulted">Told of what ends it that isn't leaving, before it has ended.</param>
    public static AgentRun Start(OnboardingAgent agent, Action<Exception> faulted)
    {
        var run = new AgentRun();
        run.Completion = run.WatchAsync(agent, faulted);
        return run;
    }

    public void Dispose()
    {
        Stop.Dispose();
        Hurry.Dispose();
    }

    private async Task WatchAsync(OnboardingAgent agent, Action<Exception> faulted)
    {
        try
        {
            await Task.Run(() => agent.RunAsync(Stop.Token, Hurry.Token));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A bug in the agent: whoever runs it shall end with it, and not go on without a session that nobody has.
            Fault = e;
            faulted(e);
        }
    }
}
