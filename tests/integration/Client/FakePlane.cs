using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>
/// A plane on loopback, over TLS, that checks every signature an agent sends as the real one does, and otherwise does what the
/// test tells it to.
/// </summary>
internal sealed class FakePlane : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Channel<FakeSession> _sessions = Channel.CreateUnbounded<FakeSession>();
    private int _tokens;

    private FakePlane(TestCertificates certificates, X509Certificate2 server, int port, TimeProvider time)
    {
        Certificates = certificates;
        Time = time;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(server);
        }));
        builder.Services.AddGrpc();
        _application = builder.Build();
        _application.MapGrpcService(OnboardingDiscoveryService.BindService(new FakeDiscovery(this)));
        _application.MapGrpcService(OnboardingAuthorizationService.BindService(new FakeAuthorization(this)));
        _application.MapGrpcService(WorkloadRegistrationService.BindService(new FakeRegistration(this)));
        _application.MapGrpcService(WorkloadSessionService.BindService(new FakeSessions(this)));
    }

    public TestCertificates Certificates { get; }

    public TimeProvider Time { get; }

    public int Port { get; private set; }

    public string Uid { get; set; } = "plane-1";

    /// <summary>How far the plane's clock is from the agent's.</summary>
    public TimeSpan ClockOffset { get; set; }

    public MinimumTransport MinimumTransport { get; set; }

    /// <summary>The kinds of credentials it says it accepts, as type URLs.</summary>
    public IReadOnlyList<string> CredentialTypes { get; set; } = [];

    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(1);

    public TimeSpan PropagationDelay { get; set; } = TimeSpan.Zero;

    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    public string RegistrationUid { get; set; } = "uid-1";

    /// <summary>Number of the last session.</summary>
    public long Epoch { get; set; }

    /// <summary>Boot configuration sent as soon as a session is established.</summary>
    public Rpc.BootConfiguration? Boot { get; set; }

    /// <summary>Throws to refuse.</summary>
    public Action OnGetPlane { get; set; } = () => { };

    /// <summary>Throws to refuse.</summary>
    public Action<AuthorizeOnboardingRequest> OnAuthorize { get; set; } = _ => { };

    /// <summary>Throws to refuse.</summary>
    public Action<RegisterWorkloadRequest> OnRegister { get; set; } = _ => { };

    /// <summary>Throws to refuse; may look at the machine before the answer is sent.</summary>
    public Action<UnregisterWorkloadRequest> OnUnregister { get; set; } = _ => { };

    /// <summary>Throws to refuse a session before its challenge.</summary>
    public Action OnConnect { get; set; } = () => { };

    /// <summary>Changes what it says of itself.</summary>
    public Action<Rpc.Plane> AmendPlane { get; set; } = _ => { };

    /// <summary>Changes what it answers to an authorization.</summary>
    public Action<AuthorizeOnboardingResponse> AmendAuthorization { get; set; } = _ => { };

    /// <summary>Changes what it says of a session.</summary>
    public Action<SessionEstablished> AmendSession { get; set; } = _ => { };

    /// <summary>Told of a session that is.</summary>
    public Action<FakeSession> OnSession { get; set; } = _ => { };

    public ConcurrentQueue<AuthorizeOnboardingRequest> Authorizations { get; } = new();

    public ConcurrentQueue<RegisterWorkloadRequest> Registrations { get; } = new();

    public ConcurrentQueue<UnregisterWorkloadRequest> Unregistrations { get; } = new();

    /// <summary>What the plane itself found wrong with what an agent sent.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public string LastToken => $"token-{_tokens}";

    public static async Task<FakePlane> StartAsync(
        TimeProvider? time = null,
        TestCertificates? certificates = null,
        int port = 0,
        params string[] names)
    {
        certificates ??= new TestCertificates();
        return await StartAsync(new FakePlane(
            certificates, certificates.Server(names.Length == 0 ? ["localhost", "127.0.0.1"] : names), port, time ?? TimeProvider.System));
    }

    /// <summary>One whose certificate has expired.</summary>
    public static Task<FakePlane> StartExpiredAsync()
    {
        var certificates = new TestCertificates();
        return StartAsync(new FakePlane(
            certificates, certificates.Server(DateTimeOffset.UtcNow.AddHours(-1), "localhost", "127.0.0.1"), 0, TimeProvider.System));
    }

    private static async Task<FakePlane> StartAsync(FakePlane plane)
    {
        await plane._application.StartAsync();
        plane.Port = new Uri(plane._application.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return plane;
    }

    /// <summary>The next session that is.</summary>
    public async Task<FakeSession> NextSessionAsync() =>
        await _sessions.Reader.ReadAsync().AsTask().WaitAsync(Eventually.Patience);

    /// <summary>A refusal as the plane sends it.</summary>
    public static RpcException Refusal(StatusCode code, string reason, string message, string correlationId = "corr-1", bool isFinal = false)
    {
        var info = new Google.Rpc.ErrorInfo { Reason = reason, Domain = "onboarding.tetrate.io" };
        info.Metadata["correlationId"] = correlationId;
        if (isFinal)
        {
            info.Metadata["final"] = "true";
        }

        var details = new Google.Rpc.Status { Code = (int)code, Message = message };
        details.Details.Add(Any.Pack(info));
        return new RpcException(new Status(code, message), new Metadata { { "grpc-status-details-bin", details.ToByteArray() } });
    }

    public string NewToken() => $"token-{Interlocked.Increment(ref _tokens)}";

    public void Add(FakeSession session)
    {
        _sessions.Writer.TryWrite(session);
        OnSession(session);
    }

    public RpcException Complain(string what)
    {
        Complaints.Enqueue(what);
        return new RpcException(new Status(StatusCode.PermissionDenied, what));
    }

    /// <summary>Ends without a word, as SIGKILL does.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }
}
