using Onboarding.AgentHost.Control;
using Onboarding.Api.Control;
using Onboarding.Client;
using Onboarding.Client.Control;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;

namespace Onboarding.Tests.Integration.ControlTests;

/// <summary>An agent that runs as the service does, with its control socket.</summary>
internal sealed class ControlledAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly OnboardingAgent _agent;
    private readonly ControlServer _server;
    private readonly Task _run;

    private ControlledAgent(OnboardingAgent agent, ControlServer server, string path)
    {
        _agent = agent;
        _server = server;
        Path = path;
        Client = new ControlClient(path);
        _run = Task.Run(() => agent.RunAsync(_stop.Token));
    }

    public string Path { get; }

    public ControlClient Client { get; }

    public static Task<ControlledAgent> StartAsync(OnboardingAgentOptions options, TestLog log)
    {
        string path = ControlSocket.PathFor(options.StateDirectory);
        OnboardingAgent agent = OnboardingAgent.Open(options);
        ControlServer server = ControlServer.Start(path, agent, log)
            ?? throw new InvalidOperationException("no control socket: " + log.Text);
        return Task.FromResult(new ControlledAgent(agent, server, path));
    }

    public static Task<ControlledAgent> StartAsync(TemporaryDirectory directory, FakePlane plane, TestLog log) =>
        StartAsync(RunningAgent.Options(directory, plane, log), log);

    public Task<AgentStatus> StatusAsync() => Client.GetStatusAsync(CancellationToken.None);

    public Task WaitForAsync(AgentPhase phase) =>
        Eventually.Is(async () => (await StatusAsync()).Phase == phase, $"the agent to be {phase}");

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Eventually.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await StopAsync();
        await _server.DisposeAsync();
        await _agent.DisposeAsync();
    }
}
