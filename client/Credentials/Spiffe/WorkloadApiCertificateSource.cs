using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Credentials.Spiffe;

/// <summary>
/// Proof that this machine has the key of the X.509-SVID that the SPIFFE agent on it gives out (SPIFFE Workload API). The SVID is
/// asked for again for each proof: what the SPIFFE agent has rotated meanwhile is never presented.
/// </summary>
internal sealed class WorkloadApiCertificateSource(SpiffeSource settings, TimeProvider time) : ICredentialSource
{
    private const string Fetch = "x509";
    private readonly WorkloadApi _api = new(settings.WorkloadApi!, time);

    public string Name => $"SPIFFE Workload API {settings.WorkloadApi} (X.509-SVID)";

    public async Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        AcceptedTypes.Check<SpiffeX509Credential>(request, "X.509-SVIDs", "spec.workloads.authentication.spiffe");
        X509SVID svid = await _api.AskAsync(FirstAsync, Fetch, cancellationToken) ?? throw _api.Failed("it gave no X.509-SVID", Fetch);
        using var certificates = new LoadedCertificates(Certificates(svid));
        byte[] key = svid.X509SvidKey.ToByteArray();
        try
        {
            (X509Possession possession, DateTimeOffset expiresAt) =
                CertificateProof.Make(certificates.All, PemEncoding.WriteString("PRIVATE KEY", key), request);
            return new Credential(Any.Pack(new SpiffeX509Credential { Possession = possession }), expiresAt, Name);
        }
        catch (CertificateProofException e)
        {
            string part = e.Fault == CertificateFault.Certificate ? "the certificate" : "the key";
            throw _api.Failed($"{part} of the SVID it gave can't be used: {e.Message}", Fetch, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    // The stream stays open for as long as its reader likes, with a new answer at each rotation; the first has what is good now.
    private static async Task<X509SVID?> FirstAsync(SpiffeWorkloadAPI.SpiffeWorkloadAPIClient client, CallOptions options)
    {
        using AsyncServerStreamingCall<X509SVIDResponse> call = client.FetchX509SVID(new X509SVIDRequest(), options);
        return await call.ResponseStream.MoveNext(options.CancellationToken) ? call.ResponseStream.Current.Svids.FirstOrDefault() : null;
    }

    private X509Certificate2Collection Certificates(X509SVID svid)
    {
        var read = new X509Certificate2Collection();
        ReadOnlySpan<byte> rest = svid.X509Svid.Span;
        try
        {
            while (!rest.IsEmpty)
            {
                AsnDecoder.ReadEncodedValue(rest, AsnEncodingRules.DER, out _, out _, out int used);
                read.Add(X509CertificateLoader.LoadCertificate(rest[..used]));
                rest = rest[used..];
            }

            return read.Count > 0 ? read : throw _api.Failed("it gave an X.509-SVID without a certificate", Fetch);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            new LoadedCertificates(read).Dispose();
            throw _api.Failed("something in the X.509-SVID it gave isn't a certificate", Fetch, e);
        }
    }
}
