using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;

namespace Onboarding.Tests.Install.Kubelet;

/// <summary>Plays cert-manager: makes a certificate for the names of each Certificate, and keeps it in the Secret that it names.</summary>
internal sealed class CertManager : IAsyncDisposable
{
    private static readonly ResourceDefinition Certificates = new("cert-manager.io", "v1", "Certificate", "certificates");

    private readonly CancellationTokenSource _stop = new();
    private readonly KubernetesClient _cluster;
    private readonly TestCertificates _authority;
    private readonly Task _work;

    private CertManager(KubernetesClient cluster, TestCertificates authority)
    {
        _cluster = cluster;
        _authority = authority;
        _work = RunAsync();
    }

    public static CertManager Start(KubernetesClient cluster, TestCertificates authority) => new(cluster, authority);

    /// <summary>The Secret of a certificate.</summary>
    public static V1Secret Secret(string ns, string name, X509Certificate2 certificate) => V1Secret.FromJson(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
        ["type"] = "kubernetes.io/tls",
        ["data"] = new JsonObject
        {
            ["tls.crt"] = Base64(certificate.ExportCertificatePem()),
            ["tls.key"] = Base64(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
        },
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            foreach (JsonObject wanted in await _cluster.ListAsync(Certificates, null, _stop.Token))
            {
                string ns = ObjectMetaJson.Read(wanted).Namespace!;
                string secret = wanted["spec"]!["secretName"]!.ToString();
                if (await _cluster.TryGetAsync<V1Secret>(ns, secret, _stop.Token) is null)
                {
                    using X509Certificate2 certificate = _authority.Server(wanted["spec"]!["dnsNames"]![0]!.ToString());
                    await _cluster.CreateAsync(Secret(ns, secret, certificate), cancellationToken: _stop.Token);
                }
            }
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
