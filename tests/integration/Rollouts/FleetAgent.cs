using Grpc.Core;
using Onboarding.Api.Rpc;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;

namespace Onboarding.Tests.Integration.Rollouts;

/// <summary>A machine reduced to what a rollout is about: the agent's real store on disk, its session, and a sidecar that is either up or down.</summary>
internal sealed class FleetAgent : IAsyncDisposable
{
    private readonly Fleet _fleet;
    private readonly TestAgent _agent;
    private readonly BootConfigurationStore _store;
    private TestSession _session = null!;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly PeriodicTimer _heart = new(TimeSpan.FromSeconds(10));
    private Task _reading = Task.CompletedTask;
    private Task _beating = Task.CompletedTask;
    private long _epoch;
    private string _running = "";

    private FleetAgent(Fleet fleet, TestAgent agent, string directory)
    {
        _fleet = fleet;
        _agent = agent;
        StateDirectory = directory;
        string workload = Path.Combine(directory, "workloads", "bookinfo.ratings");
        _store = new BootConfigurationStore(Directory.CreateDirectory(workload, OwnerOnly).FullName, new PlainFiles());
    }

    private static UnixFileMode OwnerOnly => UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Name => _agent.Registration;

    /// <summary>True: its disk is full for a core that it doesn't have yet.</summary>
    public bool IsBroken { get; set; }

    public BootVersion? Version => _store.Current;

    /// <summary>State directory of the machine.</summary>
    public string StateDirectory { get; }

    public BootConfigurationStore Store => _store;

    /// <summary>A file of the boot configuration in force; empty while a new one takes its place.</summary>
    public string Text(string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(_store.CurrentDirectory, name));
        }
        catch (IOException)
        {
            return "";
        }
    }

    public string Uid => _agent.RegistrationUid;

    /// <summary>Tokens that came alone.</summary>
    public int Tokens { get; private set; }

    public static async Task<FleetAgent> JoinAsync(TestPlane plane, Fleet fleet, int number, string directory)
    {
        var agent = new FleetAgent(fleet, plane.Agent($"host-{number}"), Path.Combine(directory, $"host-{number}"));
        await agent._agent.AuthorizeAsync();
        await agent._agent.RegisterAsync(agent._agent.RegisterRequest($"10.1.0.{number}"));
        await agent.ConnectAsync();
        agent._beating = agent.BeatAsync();
        return agent;
    }

    /// <summary>Loses the connection and comes back, with an istio-token that is about to expire.</summary>
    public async Task ReconnectAsync()
    {
        _session.Dispose();
        await _reading;
        await ConnectAsync(expiring: true);
    }

    /// <summary>Reports how its sidecar is.</summary>
    public Task SayAsync(HealthReport health) => SendAsync(new AgentMessage { Health = health });

    public async ValueTask DisposeAsync()
    {
        _heart.Dispose();
        await _beating;
        _session.Dispose();
        await _reading;
    }

    // A machine that does much else takes its time for a rollout; the plane takes an agent out that says nothing for so long.
    private async Task BeatAsync()
    {
        while (await _heart.WaitForNextTickAsync())
        {
            try
            {
                await SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException or InvalidOperationException)
            {
                // It connects again just now.
            }
        }
    }

    // What a test has it say comes beside what it says by itself, and a stream takes one message at a time.
    private async Task SendAsync(AgentMessage message)
    {
        await _sending.WaitAsync();
        try
        {
            await _session.SendAsync(message);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ConnectAsync(bool expiring = false)
    {
        _session = await _agent.ConnectAsync(_epoch, proof =>
        {
            if (_store.Current is { } version)
            {
                proof.BootConfiguration = new BootConfigurationVersion
                {
                    Generation = version.Generation,
                    CoreHash = version.CoreHash,
                    LiveHash = version.LiveHash,
                };
                proof.IstioTokenExpiresAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(
                    expiring ? DateTimeOffset.UtcNow.AddMinutes(1) : version.TokenExpiresAt);
            }
        });
        _epoch = (await _session.NextAsync(PlaneMessage.MessageOneofCase.Established)).Established.Epoch;
        await SendAsync(new AgentMessage { EpochStored = new EpochStored { Epoch = _epoch } });
        await SayAsync(_running.Length > 0);
        _reading = Task.Run(ReadAsync);
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                await TakeAsync(await _session.NextAsync());
            }
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or ShouldAssertException or ObjectDisposedException)
        {
            // The session is over; or nothing was said for long, and the test will say what it misses.
        }
    }

    private async Task TakeAsync(PlaneMessage message)
    {
        switch (message.MessageCase)
        {
            case PlaneMessage.MessageOneofCase.IstioToken:
                _store.ReplaceToken(message.IstioToken);
                Tokens++;
                break;
            case PlaneMessage.MessageOneofCase.LiveConfiguration:
                _store.ApplyLive(message.LiveConfiguration, Uid);
                await AnswerAsync(new BootConfigurationStatus { Generation = message.LiveConfiguration.Version.Generation });
                break;
            case PlaneMessage.MessageOneofCase.BootConfiguration when message.BootConfiguration.Pending:
                _store.Keep(message.BootConfiguration, Uid);
                break;
            case PlaneMessage.MessageOneofCase.BootConfiguration:
                await ApplyAsync(message.BootConfiguration);
                break;
        }
    }

    private async Task ApplyAsync(Onboarding.Api.Rpc.BootConfiguration boot)
    {
        long generation = boot.Version.Generation;
        if (IsBroken && boot.Version.CoreHash != _running)
        {
            await AnswerAsync(new BootConfigurationStatus { Generation = generation, Error = "No space left on device" });
            return;
        }

        try
        {
            _store.Apply(boot, Uid);
        }
        catch (OnboardingException e)
        {
            await AnswerAsync(new BootConfigurationStatus { Generation = generation, Error = e.Message });
            return;
        }

        bool restarts = boot.Version.CoreHash != _running;
        bool isFirst = _running.Length == 0;
        _running = boot.Version.CoreHash;
        await AnswerAsync(new BootConfigurationStatus { Generation = generation, SidecarRestarted = restarts });
        if (restarts && !isFirst)
        {
            await SayAsync(isReady: false);
            Task started = _fleet.RestartAsync();
            _ = started.ContinueWith(_ => SayAsync(isReady: true), TaskScheduler.Default);
        }
        else
        {
            await SayAsync(isReady: true);
        }
    }

    private Task AnswerAsync(BootConfigurationStatus status) => SendAsync(new AgentMessage { BootConfigurationStatus = status });

    private Task SayAsync(bool isReady) =>
        SayAsync(new HealthReport { Sidecar = isReady ? SidecarState.Ready : SidecarState.Starting, SidecarReady = isReady, CoreHash = _running });

    // Fifty machines have fifty disks; this one would be waited for at each flush.
    private sealed class PlainFiles : IDurableFiles
    {
        public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode) => File.WriteAllBytes(path, content);

        public void Link(string path, string target)
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, target);
        }
    }
}
