using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Istiod;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>The mesh's authority is managed by the Secrets that operators of Istio know (recorded items 5 and 9).</summary>
public sealed class AuthoritySecretTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private EmbeddedControlPlane _plane = null!;
    private KubernetesClient _client = null!;

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _plane.DisposeAsync();
        _directory.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Deleting_istio_ca_secret_replaces_the_authority_in_every_namespace()
    {
        string before = await RootAsync("default");
        await Eventually.Is(async () => await _client.TryGetAsync<V1Secret>("istio-system", "istio-ca-secret") is not null, "it is shown");
        string shown = Text(await _client.GetAsync<V1Secret>("istio-system", "istio-ca-secret"), "ca-cert.pem");
        shown.ShouldBe(before);
        using X509Certificate2 member = await CertificateAsync(before);

        await _client.DeleteAsync<V1Secret>("istio-system", "istio-ca-secret");

        await Eventually.Is(async () => await RootAsync("default") != before, "the new root is published");
        string after = await RootAsync("default");
        await Eventually.Is(async () => await RootAsync("kube-system") == after, "everywhere");
        await Eventually.Is(
            async () => await _client.TryGetAsync<V1Secret>("istio-system", "istio-ca-secret") is { } secret && Text(secret, "ca-cert.pem") == after,
            "the new one is shown");
        using var old = new IstiodClient(Istiod, after, member);
        await Should.ThrowAsync<RpcException>(async () => await old.CertificateAsync(await TokenAsync()));
        using X509Certificate2 fresh = await CertificateAsync(after);

        await RestartAsync();
        (await RootAsync("default")).ShouldBe(after);
        using X509Certificate2 later = await CertificateAsync(after);
    }

    [Fact]
    public async Task Its_key_is_in_no_secret()
    {
        await Eventually.Is(async () => await _client.TryGetAsync<V1Secret>("istio-system", "istio-ca-secret") is not null, "it is shown");
        (await _client.GetAsync<V1Secret>("istio-system", "istio-ca-secret")).Data.Keys.ShouldBe(["ca-cert.pem"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plugged_in_authority_signs_and_a_combined_root_keeps_members_of_before(bool intermediate)
    {
        string before = await RootAsync("default");
        using X509Certificate2 member = await CertificateAsync(before);
        using var next = new PluggedAuthority(intermediate);

        await PlugAsync(next, before + next.Root);

        await Eventually.Is(async () => await RootAsync("default") == before + next.Root, "both roots are published");
        using var old = new IstiodClient(Istiod, before + next.Root, member);
        using X509Certificate2 renewed = await old.CertificateAsync("");
        renewed.Issuer.ShouldBe(next.Subject);

        await PlugAsync(next, next.Root);
        await Eventually.Is(async () => await RootAsync("default") == next.Root, "the old root is gone");
        using var left = new IstiodClient(Istiod, next.Root, member);
        await Should.ThrowAsync<RpcException>(() => left.CertificateAsync(""));
        using X509Certificate2 fresh = await CertificateAsync(next.Root);

        // It signs from the first moment of the next start.
        await RestartAsync();
        using X509Certificate2 later = await CertificateAsync(next.Root);
        later.Issuer.ShouldBe(next.Subject);
    }

    [Fact]
    public async Task Secrets_that_do_not_belong_together_change_nothing_and_are_logged()
    {
        string before = await RootAsync("default");
        using var one = new PluggedAuthority(intermediate: false);
        using var other = new PluggedAuthority(intermediate: false);

        _log.Expect("Could not use Secret istio-system/cacerts: ca-key.pem is not the key of ca-cert.pem");
        await PlugAsync(one, one.Root, key: other.Key);

        await Eventually.Is(() => _log.Text.Contains("istio-system/cacerts", StringComparison.Ordinal), "the log says why");
        (await RootAsync("default")).ShouldBe(before);
        using X509Certificate2 certificate = await CertificateAsync(before);
    }

    [Fact]
    public async Task Revocation_lists_are_published_in_every_namespace_and_empty_where_there_are_none()
    {
        (await ListsAsync("default")).ShouldBe("");
        using var next = new PluggedAuthority(intermediate: false);
        await PlugAsync(next, next.Root, lists: "-----BEGIN X509 CRL-----\nMA==\n-----END X509 CRL-----\n");
        await Eventually.Is(async () => (await ListsAsync("default")).Contains("X509 CRL", StringComparison.Ordinal), "the lists are published");

        await _client.CreateAsync(new V1Namespace { Metadata = new() { Name = "later" } });
        (await ListsAsync("later")).ShouldContain("X509 CRL");
        await _client.DeleteAsync<V1ConfigMap>("later", "istio-ca-crl");
        await Eventually.Is(async () => await _client.TryGetAsync<V1ConfigMap>("later", "istio-ca-crl") is not null, "it is put back");

        await _client.DeleteAsync<V1Secret>("istio-system", "cacerts");
        await Eventually.Is(async () => await ListsAsync("default") == "", "no lists any more");
    }

    private IPEndPoint Istiod => new(IPAddress.Loopback, _plane.IstiodAddress.Port);

    private static string Text(V1Secret secret, string key) => Encoding.UTF8.GetString(secret.Data[key]);

    private async Task<string> RootAsync(string ns) => (await _client.GetAsync<V1ConfigMap>(ns, "istio-ca-root-cert")).Data["root-cert.pem"];

    private async Task<string> ListsAsync(string ns) => (await _client.GetAsync<V1ConfigMap>(ns, "istio-ca-crl")).Data["ca-crl.pem"];

    private async Task<string> TokenAsync() =>
        (await _client.CreateTokenAsync("default", "default", ["istio-ca"], TimeSpan.FromHours(1))).Token;

    private async Task<X509Certificate2> CertificateAsync(string roots)
    {
        using var client = new IstiodClient(Istiod, roots);
        return await client.CertificateAsync(await TokenAsync());
    }

    private Task<V1Secret> PlugAsync(PluggedAuthority authority, string roots, string? key = null, string? lists = null) =>
        _client.PatchAsync<V1Secret>(
            "istio-system",
            "cacerts",
            V1Patch.Apply(new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Secret",
                ["metadata"] = new JsonObject { ["name"] = "cacerts", ["namespace"] = "istio-system" },
                ["data"] = authority.Entries(roots, key, lists),
            }),
            new PatchOptions { FieldManager = "operator", Force = true });

    private async Task StartAsync()
    {
        _plane = await EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
        {
            DataDirectory = _directory["plane"],
            ApiPort = 0,
            IstiodPort = 0,
            LoggerFactory = _log,
        });
        _client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_plane.KubeconfigPath));
    }

    private async Task RestartAsync()
    {
        _client.Dispose();
        await _plane.DisposeAsync();
        await StartAsync();
    }
}
