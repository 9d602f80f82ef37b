using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.AspNetCore.Server;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Endpoint.Connections;
using Onboarding.Endpoint.Hosting.Connections;
using Onboarding.Endpoint.Hosting.ProxyProtocol;
using Onboarding.Endpoint.Hosting.Requests;
using Onboarding.Endpoint.Services;
using Onboarding.Endpoint.Sessions;
using Onboarding.Plane.Hosting;
using Onboarding.Plane.Management;
using Onboarding.Plane.Settings;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Endpoint.Hosting;

/// <summary>A running endpoint. Started from the command line, or in process by tests.</summary>
public sealed partial class EndpointServer : IAsyncDisposable
{
    private const int LargestMessage = 256 * 1024;
    private const int LargestMetadata = 32 * 1024;

    // Kestrel's own limit cuts the connection; below it a caller is told what is wrong.
    private const int LargestHeaders = 2 * LargestMetadata;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RelocateWithin = TimeSpan.FromSeconds(2);

    private readonly EndpointOptions _options;
    private readonly WebApplication _app;
    private readonly PlaneEnvironment _environment;
    private readonly ServerCertificates _certificates;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private TelemetryExport? _telemetry;
    private ManagementServer? _management;
    private int _stopped;

    private EndpointServer(
        EndpointOptions options,
        WebApplication app,
        PlaneEnvironment environment,
        ServerCertificates certificates)
    {
        _options = options;
        _app = app;
        _environment = environment;
        _certificates = certificates;
        _logger = environment.Loggers.CreateLogger<EndpointServer>();
    }

    /// <summary>Where agents dial.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Port of <c>/metrics</c>; null if there is none.</summary>
    public int? ManagementPort => _management?.Port;

    /// <summary>Address of the Kubernetes API.</summary>
    public string ApiAddress => _environment.ApiAddress;

    /// <summary>Complete once the plane can answer calls; canceled if it is stopped before.</summary>
    public Task Ready => _app.Services.GetRequiredService<EndpointRunner>().Ready;

    /// <summary>How many agents are connected.</summary>
    public int Sessions => _app.Services.GetRequiredService<SessionRegistry>().Count;

    /// <summary>The plane's parts, for benchmarks of single ones.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>What load balancers ask by <c>grpc.health.v1</c>; says the same as <c>/readyz</c>.</summary>
    private HealthServiceImpl Health => _app.Services.GetRequiredService<HealthServiceImpl>();

    /// <summary>Starts an endpoint: it listens when this returns, and answers calls from <see cref="Ready"/> on.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="StartException">It can't start; the message says what to do.</exception>
    public static async Task<EndpointServer> StartAsync(EndpointOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        PlaneEnvironment environment = PlaneEnvironment.Open(options);
        try
        {
            ServerCertificates certificates = ServerCertificates.FromOptions(options, environment.Loggers);
            var endpoint = new EndpointServer(options, Build(options, certificates, environment), environment, certificates);
            try
            {
                await endpoint.StartTelemetryAsync(cancellationToken);
                await endpoint.RunAsync(cancellationToken);
            }
            catch
            {
                await endpoint.StopTelemetryAsync();
                throw;
            }

            return endpoint;
        }
        catch
        {
            await environment.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops: asks agents to go elsewhere, waits until they have or the drain time is over, then closes.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        await Stopping(async () =>
        {
            Health.SetStatus("", HealthCheckResponse.Types.ServingStatus.NotServing);
            await _app.Services.GetRequiredService<SessionRegistry>().RelocateAsync(RelocateWithin, _options.DrainTime, _options.TimeProvider);
        });
        await Stopping(async () =>
        {
            using var patience = new CancellationTokenSource(_options.DrainTime);
            await _app.StopAsync(patience.Token);
        });
        await _stopping.CancelAsync();
        await Stopping(() => _running);
    }

    /// <summary>Stops and frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Stopping(() => _app.DisposeAsync().AsTask());

        await Stopping(StopTelemetryAsync);

        // Last: what was decided to the end is in its audit log.
        await Stopping(() => _environment.DisposeAsync().AsTask());
        _certificates.Dispose();
        _stopping.Dispose();
    }

    // What fails while it stops must not keep the rest from stopping: lines of the audit log wait to be written.
    private async Task Stopping(Func<Task> step)
    {
        try
        {
            await step();
        }
#pragma warning disable CA1031 // whatever it is, the rest is stopped
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogStopping(_logger, e);
        }
    }

    private async Task StartTelemetryAsync(CancellationToken cancellationToken)
    {
        const string Program = "onboarding-endpoint";
        _ = _app.Services.GetRequiredService<EndpointMetrics>();
        _telemetry = TelemetryExport.Start(Program, _options.Instance, _environment.Metrics, isScraped: _options.ManagementPort is not null);
        if (_options.ManagementPort is { } port)
        {
            SessionRegistry sessions = _app.Services.GetRequiredService<SessionRegistry>();
            EndpointRunner runner = _app.Services.GetRequiredService<EndpointRunner>();
            _management = await ManagementServer.StartAsync(
                new ManagementOptions(Program, new IPEndPoint(_options.ManagementListen, port), "--management-port"),
                () => sessions.IsStopping ? "stopping" : runner.NotReadyBecause,
                _telemetry,
                _environment.Loggers,
                cancellationToken);
        }
    }

    private async Task StopTelemetryAsync()
    {
        await (_management?.DisposeAsync() ?? default);
        _telemetry?.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new StartException(
                $"Can't listen on {_options.Listen}:{_options.Port}: {e.Message} See what has the port with: ss -ltnp 'sport = :{_options.Port}'", e);
        }

        int port = new Uri(_app.Urls.First()).Port;
        Address = new Uri(_options.Listen.Equals(IPAddress.Any) || IPAddress.IsLoopback(_options.Listen)
            ? $"https://localhost:{port}"
            : $"https://{new IPEndPoint(_options.Listen, port)}");
        EndpointRunner runner = _app.Services.GetRequiredService<EndpointRunner>();
        _app.Services.GetRequiredService<IdleConnections>().LogLimits();
        _running = runner.RunAsync(_stopping.Token);
        Health.SetStatus("", HealthCheckResponse.Types.ServingStatus.NotServing);
        _ = runner.Ready.ContinueWith(
            _ => Health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static WebApplication Build(
        EndpointOptions options, ServerCertificates certificates, PlaneEnvironment environment)
    {
        ILoggerFactory loggers = environment.Loggers;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "onboarding-endpoint" });
        builder.Services.AddSingleton<ILoggerFactory>(new QuietCallErrors(loggers));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddLogging();
        builder.Services.AddRouting();
        builder.Services.AddSingleton<HealthServiceImpl>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = LargestMessage;
            grpc.Interceptors.Add<CallMetrics>();
            grpc.Interceptors.Add<MethodFaults>();
        });
        // What a stranger compressed isn't unpacked: it could grow a thousandfold. Agents compress nothing. (Earlier, gRPC adds its own again.)
        builder.Services.PostConfigure<GrpcServiceOptions>(grpc => grpc.CompressionProviders.Clear());
        builder.Services.AddSingleton<MethodFaults>();
        builder.Services.AddSingleton(certificates);
        EndpointServices.Add(builder.Services, options, environment);
        var connections = new ConnectionTable(options.ConnectionLimits ?? ConnectionLimits.OfThisProcess(), options.TimeProvider);
        builder.Services.AddSingleton(connections);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options, certificates, loggers));

        // The last one that is added is the one that listens.
        builder.Services.AddSingleton<IConnectionListenerFactory>(s => new GuardedListeners(
            new SocketTransportFactory(s.GetRequiredService<IOptions<SocketTransportOptions>>(), s.GetRequiredService<ILoggerFactory>()),
            connections,
            options.TrustedProxies,
            options.TimeProvider,
            loggers.CreateLogger<GuardedListeners>()));

        WebApplication app = builder.Build();
        var limits = new RequestLimits(LargestMetadata, RequestTimeout, options.CallClock);
        app.Use(next => http => ConnectionGuard.CountAsync(http, next));
        if (options.Packages is { } packages)
        {
            PackageFiles.Serve(app, packages);
        }

        app.UseRouting();
        app.Use(next => http => limits.RunAsync(http, next));
        app.MapGrpcService<DiscoveryService>();
        app.MapGrpcService<AuthorizationService>();
        app.MapGrpcService<RegistrationService>();
        app.MapGrpcService<SessionService>();
        app.MapGrpcService<HealthServiceImpl>();
        EndpointRunner runner = app.Services.GetRequiredService<EndpointRunner>();
        JwtIssuers issuers = app.Services.GetRequiredService<JwtIssuers>();
        app.Services.GetRequiredService<PlaneConfiguration>().Changed += settings => issuers.Replace(settings.JwtIssuers.Values);
        SessionRegistry sessions = app.Services.GetRequiredService<SessionRegistry>();
        app.MapGet("/healthz", static (HttpContext http) => http.Response.WriteAsync("ok\n"));
        app.MapGet("/readyz", (HttpContext http) =>
        {
            string? reason = sessions.IsStopping ? "stopping" : runner.NotReadyBecause;
            http.Response.StatusCode = reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return http.Response.WriteAsync((reason ?? "ok") + "\n");
        });
        return app;
    }

    private static void Configure(
        KestrelServerOptions kestrel, EndpointOptions options, ServerCertificates certificates, ILoggerFactory loggers)
    {
        kestrel.AddServerHeader = false;
        // Connections and their requests are limited by the ConnectionTable, from where they are accepted.
        // Kestrel's minimum rate for request bodies stays: who trickles in a request byte by byte holds a connection that no one counts yet.
        // (And RequestTimeout ends what comes just fast enough.) Sessions are exempt from it (gRPC lifts it for streams), as they are silent for half a
        // minute at a time; their heartbeats tell whether they live.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = LargestHeaders;
        // Ends the sessions of machines that vanished without a word within 50 s instead of never.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        kestrel.Listen(options.Listen, options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseConnectionEnd();
            listen.UseTrustedProxies(options.TrustedProxies, loggers.CreateLogger("Onboarding.Endpoint.Proxies"), options.TimeProvider);
            listen.UseConnectionSource();
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = certificates.Current.Certificate,
                SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,

                // Not by a TlsHandshakeCallback: with one, anyone who begins with anything but a ClientHello (an alert will do) writes an
                // unhandled exception into the log each time.
                OnAuthenticate = (_, tls) =>
                {
                    tls.ServerCertificateContext = certificates.Context;

                    // A resumed session skips checks that a full handshake makes (SPIRE 1.14.3).
                    tls.AllowTlsResume = false;
                },
            });
            listen.UseConnectionHandshake();
        });
    }

    [LoggerMessage(4044, LogLevel.Error, "A fault while the endpoint stopped; the rest of it was stopped all the same")]
    private static partial void LogStopping(ILogger logger, Exception exception);
}
