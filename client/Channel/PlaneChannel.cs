using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Api.Configuration;
using Onboarding.Client.Errors;
using Onboarding.Connections;

namespace Onboarding.Client.Channel;

/// <summary>
/// The way to the plane: TLS to <c>host:port</c>, verified by the machine's roots or by those it was told alone, and failures
/// told so that a person knows what to do.
/// </summary>
internal sealed partial class PlaneChannel : IDisposable
{
    private readonly EnvironmentProxy _proxy = new();
    private readonly OnboardingEndpoint _endpoint;
    private readonly CertificateCheck _check;
    private readonly PlaneAddresses _addresses;
    private IPAddress? _connected;
    private readonly GrpcChannel _channel;
    private readonly Func<X509Certificate2Collection>? _roots;
    private readonly TimeProvider _time;

    private PlaneChannel(OnboardingEndpoint endpoint, TimeProvider time, string? rootCertificates, string? stateDirectory, ILogger logger)
    {
        _endpoint = endpoint;
        _time = time;
        if (_proxy.Problem is { } problem)
        {
            throw new OnboardingException(
                ErrorIds.EndpointUnreachable, $"No way to {Address}: {problem}.", "env | grep -i _proxy; then correct or unset the variable");
        }

        _addresses = new PlaneAddresses(endpoint.Host, stateDirectory, time);
        ClientTlsSettings? tls = endpoint.TransportSecurity?.Tls;
        IsVerified = tls?.InsecureSkipVerify != true;
        (_roots, TrustedBy) =
            tls?.CaFile is { } caFile
                ? (TrustedRoots.Open(caFile, warning => LogTrust(logger, warning)).Certificates, $"the roots in {caFile}")
            : rootCertificates is not null ? (Fixed(TrustedRoots.Parse(rootCertificates)), $"the roots in {TrustedRoots.VariableName}")
            : (default(Func<X509Certificate2Collection>), "this machine's roots");
        string name = tls?.Sni ?? endpoint.Host;
        _check = new CertificateCheck(endpoint, name, TrustedBy, time);
        SocketsHttpHandler handler = KeptAliveConnections.Handler();
        handler.ConnectCallback = ConnectAsync;
        handler.UseProxy = true;
        handler.Proxy = _proxy;
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = ChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsGood(certificate as X509Certificate2, chain, errors),
        };
        _channel = GrpcChannel.ForAddress(
            new UriBuilder(Uri.UriSchemeHttps, endpoint.Host, endpoint.Port).Uri,
            new GrpcChannelOptions
            {
                HttpHandler = new GrpcAnswers(handler, Address, tls?.Sni is { } sni ? $"{sni}:{endpoint.Port}" : null),
                DisposeHttpClient = true,
                // Nothing compressed is unpacked: a hostile plane's message must not grow after its size was looked at.
                CompressionProviders = [],
            });
    }

    /// <summary>Where it leads, for people.</summary>
    public string Address => $"https://{_endpoint.Host}:{_endpoint.Port}";

    /// <summary>False if the configuration says not to verify the plane's certificate.</summary>
    public bool IsVerified { get; }

    /// <summary>Whom its certificate is verified by, for people: <c>the roots in …</c>.</summary>
    public string TrustedBy { get; }

    /// <summary>Whom the plane's certificate is for, once it was seen.</summary>
    public string? Certificate => _check.LastName;

    private string? ProxyName => _proxy.Name(new UriBuilder(Uri.UriSchemeHttps, _endpoint.Host, _endpoint.Port).Uri);

    /// <summary>What calls go through.</summary>
    public CallInvoker Invoker => _channel.CreateCallInvoker();

    /// <summary>Opens it; nothing is connected yet.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.CertificateAuthorityUnusable"/>.</exception>
    /// <param name="endpoint">Where it leads.</param>
    /// <param name="time">The clock.</param>
    /// <param name="rootCertificates">Whom to trust where <paramref name="endpoint"/> names no file, PEM; null: the machine's roots.</param>
    /// <param name="stateDirectory">Where the address that was good last is kept; null to keep none.</param>
    /// <param name="logger">Takes a warning of a file of roots that can't be read any more; null for none.</param>
    public static PlaneChannel Open(
        OnboardingEndpoint endpoint, TimeProvider time, string? rootCertificates = null, string? stateDirectory = null, ILogger? logger = null) =>
        new(endpoint, time, rootCertificates, stateDirectory, logger ?? NullLogger.Instance);

    /// <summary>What to tell of a failed call.</summary>
    public OnboardingException Explain(RpcException failure)
    {
        for (Exception? cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is OnboardingException known)
            {
                return known;
            }

            if (cause is AuthenticationException && _check.LastFailure is { } certificate)
            {
                return certificate;
            }
        }

        // Only a call that got no answer has an exception below it.
        return failure.Status.DebugException is { } broken ? TransportFailure.Explain(broken, Address, ProxyName) : PlaneFailure.Explain(failure, Address);
    }

    // Not the roots: a handshake under way may still look at them.
    public void Dispose() => _channel.Dispose();

    private bool IsGood(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (IsVerified)
        {
            (SslPolicyErrors found, IReadOnlyList<X509ChainStatus> why) = _roots is { } roots && certificate is not null
                ? ServerTrust.Judge(certificate, chain, errors, roots())
                : (errors, chain?.ChainStatus ?? []);
            if (!_check.Accept(certificate, why, found))
            {
                return false;
            }
        }

        if (!IsVerified)
        {
            _check.Note(certificate);
        }

        if (_connected is { } address)
        {
            _addresses.Remember(address);
        }

        return true;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // To a proxy, if there is one for this address; where the plane is, the proxy finds out.
        bool isDirect = ProxyName is null;
        try
        {
            Socket socket = isDirect
                ? await Dialer.ConnectAsync(await _addresses.FindAsync(cancellationToken), _endpoint.Port, _time, cancellationToken)
                : await Dialer.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
            _connected = isDirect ? (socket.RemoteEndPoint as IPEndPoint)?.Address : null;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            throw isDirect ? ConnectFailure.Explain(e, _endpoint) : ConnectFailure.ExplainProxy(e, Address, ProxyName!);
        }
    }

    private X509ChainPolicy ChainPolicy()
    {
        // With the machine's roots beside those of the file, any public authority could speak for the plane.
        if (_roots is not null)
        {
            return ServerTrust.FirstLook();
        }

        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return policy;
    }

    private static Func<X509Certificate2Collection> Fixed(X509Certificate2Collection roots) => () => roots;

    [LoggerMessage(5090, LogLevel.Warning, "{Problem}")]
    private static partial void LogTrust(ILogger logger, string problem);
}
