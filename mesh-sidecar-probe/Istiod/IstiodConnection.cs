using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Connections;
using Onboarding.SidecarProbe.Boot;
using Onboarding.SidecarProbe.Boot.Checks;

namespace Onboarding.SidecarProbe.Istiod;

/// <summary>
/// A connection to istiod as a sidecar makes it: names only from the hosts file, trust only in root-cert.pem, the name checked
/// is the one that was configured.
/// </summary>
internal sealed class IstiodConnection : IDisposable
{
    private readonly HostAndPort _address;
    private readonly string _addressName;
    private readonly HostsTable _hosts;
    private SslPolicyErrors _trustErrors;
    private SocketException? _unreachable;

    /// <param name="address">Where.</param>
    /// <param name="addressName">Which value of the boot configuration says so.</param>
    /// <param name="boot">The boot configuration.</param>
    /// <param name="certificate">Presented to istiod; null for none.</param>
    public IstiodConnection(HostAndPort address, string addressName, BootContents boot, X509Certificate2? certificate)
    {
        _address = address;
        _addressName = addressName;
        _hosts = boot.Hosts;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = ConnectAsync,
            SslOptions = Tls(boot, certificate),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        Channel = GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    public GrpcChannel Channel { get; }

    /// <summary>What a failed call says about the boot configuration; null if it says nothing.</summary>
    public BootProblem? Explain(RpcException failure)
    {
        // Trust before name: where both are wrong, the server is simply another one.
        if ((_trustErrors & ~SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
        {
            return new BootProblem(
                "istiod-trust",
                BootFileNames.RootCertificate,
                BootFileNames.RootCertificate,
                $"the certificate of the server at {_address} was not issued by an authority in {BootFileNames.RootCertificate}");
        }

        if (_trustErrors != SslPolicyErrors.None)
        {
            return new BootProblem(
                "istiod-name", BootFileNames.ClusterEnv, _addressName, $"the server at {_address} has no certificate for {_address.Host}");
        }

        return _unreachable is null ? null : new BootProblem(
            "istiod-reachable",
            BootFileNames.Hosts,
            _address.Host,
            $"{string.Join(" and ", _hosts.Find(_address.Host))}, the address {BootFileNames.Hosts} has for {_address.Host}, can't be reached at port "
                + $"{_address.Port}: {_unreachable.Message} ({failure.StatusCode})");
    }

    public void Dispose() => Channel.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        // No DNS: a machine outside the cluster has no other source for istiod's name, and a search domain could answer for it.
        try
        {
            Socket socket = await Dialer.ConnectAsync(
                _hosts.Find(context.DnsEndPoint.Host), context.DnsEndPoint.Port, TimeProvider.System, cancellation);
            _unreachable = null;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            _unreachable = e;
            throw;
        }
    }

    private SslClientAuthenticationOptions Tls(BootContents boot, X509Certificate2? certificate)
    {
        X509Certificate2Collection roots = RootCertificates.Read(boot.RootCertificates);
        return new SslClientAuthenticationOptions
        {
            TargetHost = _address.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = ServerTrust.FirstLook(),
            ClientCertificates = certificate is null ? null : [certificate],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
            RemoteCertificateValidationCallback = (_, server, chain, errors) => (_trustErrors = server is X509Certificate2 presented
                ? ServerTrust.Judge(presented, chain, errors, roots).Errors
                : SslPolicyErrors.RemoteCertificateNotAvailable) == SslPolicyErrors.None,
        };
    }
}
