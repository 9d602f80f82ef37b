using System.Security.Cryptography;
using System.Text;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Discovery.V3;
using Envoy.Service.Secret.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Onboarding.Client.Identity;

namespace Onboarding.AgentHost.Identity;

/// <summary>Envoy's secret discovery service, with the names that Istio's agent gives secrets. State of the world, as that agent serves it.</summary>
internal sealed partial class SecretService(MachineIdentity identity, ILogger logger) : SecretDiscoveryService.SecretDiscoveryServiceBase
{
    private const string Own = "default";
    private const string Roots = "ROOTCA";
    private static readonly string SecretType = $"type.googleapis.com/{Secret.Descriptor.FullName}";

    public override async Task StreamSecrets(
        IAsyncStreamReader<DiscoveryRequest> requestStream, IServerStreamWriter<DiscoveryResponse> responseStream, ServerCallContext context)
    {
        MachineIdentity.State now = identity.Now;
        Task<bool> reading = requestStream.MoveNext(context.CancellationToken);
        string[]? wanted = null;
        for (long sent = 0; ;)
        {
            await Task.WhenAny(reading, now.Changed);
            bool isNew = now.Changed.IsCompleted;
            now = identity.Now;
            if (reading.IsCompleted)
            {
                if (!await reading)
                {
                    return;
                }

                isNew |= Take(requestStream.Current, ref wanted);
                reading = requestStream.MoveNext(context.CancellationToken);
            }

            if (isNew && wanted is not null)
            {
                MeshSvid svid = now.Svid ?? throw WorkloadApiService.NoIdentity();
                await responseStream.WriteAsync(Answer(svid, wanted, ++sent), context.CancellationToken);
            }
        }
    }

    /// <returns>True if it asks for something else than the request before, or is the first.</returns>
    private bool Take(DiscoveryRequest request, ref string[]? wanted)
    {
        if (request.TypeUrl.Length > 0 && request.TypeUrl != SecretType)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"Only {SecretType} is served here, not {request.TypeUrl}."));
        }

        if (request.ErrorDetail is { } why)
        {
            // The same again would be refused again; the next certificate may do.
            LogRejected(logger, string.Join(", ", request.ResourceNames), why.Message);
            return false;
        }

        string[] names = [.. request.ResourceNames.Distinct().Order(StringComparer.Ordinal)];
        if (Array.Find(names, name => name is not (Own or Roots)) is { } unknown)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"There is no secret '{unknown}': there are '{Own}' and '{Roots}'."));
        }

        bool isOther = wanted is null || !names.SequenceEqual(wanted);
        wanted = names;
        return isOther;
    }

    private static DiscoveryResponse Answer(MeshSvid svid, string[] names, long number) => new()
    {
        VersionInfo = svid.Version,
        Nonce = number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        TypeUrl = SecretType,
        Resources = { names.Select(name => Any.Pack(name == Own ? OwnSecret(svid) : RootSecret(svid))) },
    };

    private static Secret OwnSecret(MeshSvid svid) => new()
    {
        Name = Own,
        TlsCertificate = new TlsCertificate { CertificateChain = Pem("CERTIFICATE", svid.Chain), PrivateKey = Pem("PRIVATE KEY", [svid.Key]) },
    };

    private static Secret RootSecret(MeshSvid svid) => new()
    {
        Name = Roots,
        ValidationContext = new CertificateValidationContext
        {
            TrustedCa = Pem("CERTIFICATE", svid.Bundle),
            Crl = svid.RevocationLists.Count == 0 ? null : Pem("X509 CRL", svid.RevocationLists),
        },
    };

    private static DataSource Pem(string label, IEnumerable<byte[]> ders)
    {
        var text = new StringBuilder();
        foreach (byte[] der in ders)
        {
            text.Append(PemEncoding.Write(label, der)).Append('\n');
        }

        return new DataSource { InlineBytes = ByteString.CopyFromUtf8(text.ToString()) };
    }

    [LoggerMessage(6022, LogLevel.Warning, "a proxy on this machine refuses the secrets {Names}: {Why}", EventName = "SecretsRejected")]
    private static partial void LogRejected(ILogger logger, string names, string why);
}
