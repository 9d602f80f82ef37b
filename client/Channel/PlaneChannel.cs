using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api.Configuration;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Channel;

/// <summary>
/// The way to the plane: TLS to <c>host:port</c>, verified by the machine's roots or by those it was told alone, and failures
/// told so that a person knows what to do.
/// </summary>
internal sealed class PlaneChannel : IDisposable
{
    private readonly OnboardingEndpoint _endpoint;
    private readonly CertificateCheck _check;
    private readonly PlaneAddresses _addresses;
    private IPAddress? _connected;
    private readonly GrpcChannel _channel;
    private readonly X509Certificate2Collection? _roots;

    private PlaneChannel(OnboardingEndpoint endpoint, TimeProvider time, string? rootCertificates, string? stateDirectory)
    {
        _endpoint = endpoint;
        _addresses = new PlaneAddresses(endpoint.Host, stateDirectory, time);
        ClientTlsSettings? tls = endpoint.TransportSecurity?.Tls;
        IsVerified = tls?.InsecureSkipVerify != true;
        (_roots, TrustedBy) =
            tls?.CaFile is { } caFile ? (TrustedRoots.Read(caFile), $"the roots in {caFile}")
            : rootCertificates is not null ? (TrustedRoots.Parse(rootCertificates), $"the roots in {TrustedRoots.VariableName}")
            : (default(X509Certificate2Collection), "this machine's roots");
        string name = tls?.Sni ?? endpoint.Host;
        _check = new CertificateCheck(endpoint, name, TrustedBy, time);
        SocketsHttpHandler handler = KeptAliveConnections.Handler();
        handler.ConnectCallback = ConnectAsync;
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = ChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsGood(certificate as X509Certificate2, chain, errors),
        };
        // SocketsHttpHandler takes the name for SNI and verification from the address and nowhere else; where to connect to
        // is decided below. That is how `host` may be a bare IP or the name of a load balancer.
        _channel = GrpcChannel.ForAddress(
            new UriBuilder(Uri.UriSchemeHttps, name, endpoint.Port).Uri,
            new GrpcChannelOptions
            {
                HttpHandler = new GrpcAnswers(handler, Address),
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

    /// <summary>What calls go through.</summary>
    public CallInvoker Invoker => _channel.CreateCallInvoker();

    /// <summary>Opens it; nothing is connected yet.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.CertificateAuthorityUnusable"/>.</exception>
    /// <param name="endpoint">Where it leads.</param>
    /// <param name="time">The clock.</param>
    /// <param name="rootCertificates">Whom to trust where <paramref name="endpoint"/> names no file, PEM; null: the machine's roots.</param>
    /// <param name="stateDirectory">Where the address that was good last is kept; null to keep none.</param>
    public static PlaneChannel Open(
        OnboardingEndpoint endpoint, TimeProvider time, string? rootCertificates = null, string? stateDirectory = null) =>
        new(endpoint, time, rootCertificates, stateDirectory);

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
        return failure.Status.DebugException is { } broken ? TransportFailure.Explain(broken, Address) : PlaneFailure.Explain(failure, Address);
    }

    public void Dispose()
    {
        _channel.Dispose();
        foreach (X509Certificate2 root in _roots ?? [])
        {
            root.Dispose();
        }
    }

    private bool IsGood(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (IsVerified && !_check.Accept(certificate, chain, errors))
        {
            return false;
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
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(await _addresses.FindAsync(cancellationToken), _endpoint.Port, cancellationToken);
            _connected = (socket.RemoteEndPoint as IPEndPoint)?.Address;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw ConnectFailure.Explain(e, _endpoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (_roots is not null)
        {
            // These and no others: with the machine's roots beside them, any public authority could speak for the plane.
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(_roots);
        }

        return policy;
    }
}
