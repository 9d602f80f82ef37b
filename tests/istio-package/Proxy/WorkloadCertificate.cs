using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Istio.V1.Auth;

namespace Onboarding.Tests.IstioPackage.Proxy;

/// <summary>Gets the certificate from istiod's CA, writes it down, and renews it. Who it is for is what istiod says, not what was asked for.</summary>
internal sealed class WorkloadCertificate(ProxySettings settings, IstiodChannel istiod)
{
    private const int KeyBits = 2048;
    private const double RenewalShare = 0.5;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private volatile string _chain = "";

    /// <summary>The certificate, PEM; empty as long as none was issued.</summary>
    public string Chain => _chain;

    public async Task KeepAsync(CancellationToken stop)
    {
        var pause = TimeSpan.FromMilliseconds(100);
        while (!stop.IsCancellationRequested)
        {
            TimeSpan wait = pause;
            try
            {
                TimeSpan life = await IssueAsync(stop);
                SidecarLog.Info($"cache\tgenerated new workload certificate\tresourceName=default ttl={life}");
                pause = TimeSpan.FromMilliseconds(100);
                wait = life * RenewalShare;
            }
            catch (Exception e) when (e is RpcException or IOException or UnauthorizedAccessException or CryptographicException)
            {
                SidecarLog.Error($"cache\tCSR failed to sign: {(e as RpcException)?.Status.ToString() ?? e.Message}\tresourceName=default");
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }

            await Task.Delay(wait, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> IssueAsync(CancellationToken stop)
    {
        using RSA key = RSA.Create(KeyBits);
        using GrpcChannel channel = istiod.Connect(settings.CertificateAddress);
        var request = new IstioCertificateRequest { Csr = SigningRequest(key), ValidityDuration = (long)settings.CertificateLife.TotalSeconds };
        IstioCertificateResponse answer = await new IstioCertificateService.IstioCertificateServiceClient(channel)
            .CreateCertificateAsync(request, istiod.Headers(), TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10), stop);
        string chain = string.Concat(answer.CertChain.SkipLast(1));
        if (settings.OutputCertificates.Length > 0)
        {
            Write("key.pem", key.ExportRSAPrivateKeyPem() + "\n");
            Write("cert-chain.pem", chain);
            Write("root-cert.pem", answer.CertChain[^1]);
        }

        _chain = chain;
        using X509Certificate2 leaf = X509Certificate2.CreateFromPem(chain);
        return leaf.NotAfter.ToUniversalTime() - TimeProvider.System.GetUtcNow().UtcDateTime;
    }

    private string SigningRequest(RSA key)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(settings.Identity));
        request.CertificateExtensions.Add(names.Build(critical: true));
        return request.CreateSigningRequestPem();
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(settings.OutputCertificates, name);
        string temporary = $"{path}.tmp{Environment.ProcessId}";
        File.Delete(temporary);
        using (var writer = new StreamWriter(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            writer.Write(text);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
