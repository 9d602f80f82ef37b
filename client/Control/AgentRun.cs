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

    /// <summary>Tells an agent to join.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="fault">Told of what ends it that isn't leaving.</param>
    public static AgentRun Start(OnboardingAgent agent, TaskCompletionSource fault)
    {
        var run = new AgentRun();
        run.Completion = run.WatchAsync(agent, fault);
        return run;
    }

    public void Dispose()
    {
        Stop.Dispose();
        Hurry.Dispose();
    }

    private async Task WatchAsync(OnboardingAgent agent, TaskCompletionSource fault)
    {
        try
        {
            await Task.Run(() => agent.RunAsync(Stop.Token, Hurry.Token));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A bug in the agent: whoever runs it shall end with it, and not go on without a session that nobody has.
            fault.TrySetException(e);
        }
    }
}
