using System.Net.Sockets;
using Envoy.Service.Secret.V3;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.AgentHost.Identity;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Events;
using Onboarding.Client.Identity;
using Onboarding.Client.Native;
using Onboarding.Embedded.Istio;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Istiod;
using Onboarding.Tests.Integration.SidecarProbe;

namespace Onboarding.Tests.Integration.Identity;

/// <summary>The identity of a machine, of an authority on loopback, and its socket. The machine's clock is the test's.</summary>
internal sealed class ServedIdentity : IAsyncDisposable
{
    public const string SpiffeId = "spiffe://cluster.local/ns/bookinfo/sa/ratings";
    private readonly TemporaryDirectory _directory = new();
    private readonly IstiodServer _istiod;
    private readonly CancellationTokenSource _stop = new();
    private Task _keeping = Task.CompletedTask;
    private IdentityServer? _server;
    private GrpcChannel? _channel;

    private ServedIdentity(IstiodServer istiod, BootDirectory files, DateTimeOffset start)
    {
        (_istiod, Files) = (istiod, files);
        Time = new FakeTimeProvider(start);
        Events = new AgentEvents(Log.CreateLogger<AgentEvents>(), null, Time);
        Identity = new MachineIdentity(new IstiodAuthority(Time), Time, () => 0.5, Log.CreateLogger<MachineIdentity>());
        Boot = new BootVersion(1, "core-1", "live-1", "uid-1", SpiffeId, start.AddDays(1000));
    }

    public TestLog Log { get; } = new();

    public FakeTimeProvider Time { get; }

    public AgentEvents Events { get; }

    public BootDirectory Files { get; }

    public MachineIdentity Identity { get; }

    /// <summary>The boot configuration in force.</summary>
    public BootVersion? Boot { get; set; }

    public string Socket => _directory["identity.sock"];

    public static MeshIdentityCaller Self => new() { Uid = LibC.EffectiveUserId() };

    public SpiffeWorkloadAPI.SpiffeWorkloadAPIClient WorkloadApi => new(Channel);

    public SecretDiscoveryService.SecretDiscoveryServiceClient Secrets => new(Channel);

    public CallInvoker Calls => Channel.CreateCallInvoker();

    private GrpcChannel Channel => _channel ??= GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = async (_, cancel) => new NetworkStream(await DialAsync(cancel), ownsSocket: true) },
        DisposeHttpClient = true,
    });

    /// <summary>Starts the authority; the machine asks it once <see cref="Keep"/> is called.</summary>
    /// <param name="clockOffset">How far the machine's clock is off.</param>
    public static async Task<ServedIdentity> CreateAsync(TimeSpan clockOffset = default)
    {
        var tokens = new TestTokens();
        var data = new TemporaryDirectory();
        IstiodServer istiod = await IstiodServer.StartAsync(new IstiodOptions { DataDirectory = data.Path, TokenReviewer = tokens.ReviewAsync, Port = 0 });
        return new ServedIdentity(istiod, new BootDirectory(istiod, tokens), DateTimeOffset.UtcNow + clockOffset) { Data = data };
    }

    /// <summary>One that has its identity and serves it to these callers.</summary>
    public static async Task<ServedIdentity> StartAsync(params MeshIdentityCaller[] callers)
    {
        ServedIdentity served = await CreateAsync();
        served.Keep();
        served.Serve(new MeshIdentitySettings { WorkloadApi = true, Sds = true, Callers = callers });
        await served.SvidAsync();
        return served;
    }

    public void Keep() => _keeping = Identity.RunAsync(() => Boot, Files.Path, Events, _stop.Token);

    public void Serve(MeshIdentitySettings settings) =>
        _server = IdentityServer.Start(settings with { Socket = $"unix://{Socket}" }, Identity, _directory["agent.sock"], Log);

    /// <summary>The identity, once there is one, or one that isn't this.</summary>
    public async Task<MeshSvid> SvidAsync(MeshSvid? not = null)
    {
        await Eventually.Is(() => Identity.Now.Svid is { } svid && svid.Version != not?.Version, $"an identity\n{Log.Text}");
        return Identity.Now.Svid!;
    }

    /// <summary>Moves the clock, and waits until the keeper has looked at it.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        // A request on its way has a limit of its own, which the clock mustn't reach: the authority answers in real time.
        await Eventually.Is(() => Identity.IsWaiting && Time.NextDue > Time.GetUtcNow(), "the keeper waits");
        Time.Jump(by);
        await Eventually.Is(() => Identity.IsWaiting && Time.NextDue > Time.GetUtcNow(), "the keeper waits again");
    }

    public async Task<Socket> DialAsync(CancellationToken cancel = default)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancel);
        return socket;
    }

    /// <summary>What makes a call to the Workload API one.</summary>
    public static Metadata Header() => new() { { "workload.spiffe.io", "true" } };

    private TemporaryDirectory Data { get; init; } = null!;

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }

        await _stop.CancelAsync();
        await _keeping;
        await _istiod.DisposeAsync();
        _stop.Dispose();
        Files.Dispose();
        Data.Dispose();
        _directory.Dispose();
        Log.Dispose();
    }
}
