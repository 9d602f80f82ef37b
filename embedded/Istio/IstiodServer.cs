using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Envoy.Service.Discovery.V3;
using Istio.V1.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Endpoint.Hosting.Requests;

namespace Onboarding.Embedded.Istio;

/// <summary>
/// Plays istiod for sidecars: its certificate service, with tokens reviewed by the API server, and its discovery service.
/// It is for one machine and has no routes; identities and refusals are those of the real one.
/// </summary>
public sealed class IstiodServer : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication _application;
    private readonly IstiodLifetime _lifetime;

    private IstiodServer(WebApplication application, IstioCertificateAuthority authority, IstiodLifetime lifetime)
    {
        _application = application;
        Authority = authority;
        _lifetime = lifetime;
        var bound = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Address = new IPEndPoint(IPAddress.Parse(bound.Host.Trim('[', ']')), bound.Port);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>The mesh's root certificates, PEM.</summary>
    public string RootCertificatePem => Authority.RootPem;

    /// <summary>What it signs with; may be replaced while it serves.</summary>
    public IstioCertificateAuthority Authority { get; }

    /// <summary>Starts a server; it serves when this returns.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The port is taken or the directory can't be used.</exception>
    public static async Task<IstiodServer> StartAsync(IstiodOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var authority = IstioCertificateAuthority.Open(options.DataDirectory, options.TrustDomain, options.TimeProvider);
        var lifetime = new IstiodLifetime();
        WebApplication? application = null;
        try
        {
            // A bad one doesn't keep it from starting: its owner needs the API server to mend it.
            _ = authority.Plug(options.Plugged);
            application = Build(options, authority, lifetime);
            await application.StartAsync(cancellationToken);
            return new IstiodServer(application, authority, lifetime);
        }
        catch
        {
            if (application is not null)
            {
                await application.DisposeAsync();
            }

            lifetime.Dispose();
            authority.Dispose();
            throw;
        }
    }

    /// <summary>Ends the open streams with Unavailable, lets calls finish, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lifetime.StopAsync();
        using (var limit = new CancellationTokenSource(StopLimit))
        {
            await _application.StopAsync(limit.Token);
        }

        await _application.DisposeAsync();
        _lifetime.Dispose();
        Authority.Dispose();
    }

    private static WebApplication Build(IstiodOptions options, IstioCertificateAuthority authority, IstiodLifetime lifetime)
    {
        var peers = new PeerCertificates(authority, options.TrustDomain.Replace('@', '.'), options.TimeProvider);
        var serving = new ServingCertificate(authority, options, options.TimeProvider);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerFactory>(new QuietCallErrors(options.LoggerFactory));
        builder.Services.AddSingleton(options.TimeProvider);
        builder.Services.AddGrpc();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(next => connection => WhileTrustedAsync(authority, connection, next));
                listen.UseHttps(Tls(serving, peers));
            });
        });

        WebApplication application = builder.Build();
        var authenticator = new ProxyAuthenticator(options, peers, options.LoggerFactory.CreateLogger<ProxyAuthenticator>());
        application.MapGrpcService(IstioCertificateService.BindService(
            new CertificateService(authority, authenticator, options.LoggerFactory.CreateLogger<CertificateService>())));
        application.MapGrpcService(AggregatedDiscoveryService.BindService(
            new XdsService(authenticator, options, lifetime, options.LoggerFactory.CreateLogger<XdsService>())));
        return application;
    }

    /// <summary>
    /// Ends a connection when a root is no longer trusted. Who verified by it would otherwise stay, and renew, for as long as the connection
    /// lasts; the one that takes its place is verified by the roots of then.
    /// </summary>
    private static async Task WhileTrustedAsync(
        IstioCertificateAuthority authority, ConnectionContext connection, ConnectionDelegate next)
    {
        await using CancellationTokenRegistration end = authority.TrustLost.Register(connection.Abort);
        await next(connection);
    }

    private static TlsHandshakeCallbackOptions Tls(ServingCertificate serving, PeerCertificates peers) => new()
    {
        OnConnection = context => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = serving.Current,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            CertificateChainPolicy = peers.Policy,

            // A session of before is resumed without another look at the client's certificate, whatever became of its root.
            AllowTlsResume = false,

            // A client may come without a certificate (it then needs a token), but one it presents has to be ours and valid: falling
            // back to the token would let a caller choose what it is judged by.
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => peers.Accepts(certificate, errors),
        }),
    };
}

/// <summary>Ends open streams when the server stops; without it they would keep it from stopping.</summary>
internal sealed class IstiodLifetime : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public CancellationToken Stopping => _stopping.Token;

    public Task StopAsync() => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();
}
