using Onboarding.Embedded.Istio;
using Onboarding.SidecarProbe;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Istiod;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.SidecarProbe;

public sealed class BrokenBootConfigurationTests : IAsyncLifetime
{
    private readonly TestTokens _tokens = new();
    private readonly TemporaryDirectory _directory = new();
    private IstiodServer _server = null!;
    private BootDirectory _boot = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await IstiodServer.StartAsync(new IstiodOptions
        {
            DataDirectory = _directory.Path,
            TokenReviewer = _tokens.ReviewAsync,
            Port = 0,
        });
        _boot = new BootDirectory(_server, _tokens);
    }

    public async ValueTask DisposeAsync()
    {
        _boot.Dispose();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("CANONICAL_REVISION")]
    [InlineData("CANONICAL_SERVICE")]
    [InlineData("ISTIO_INBOUND_PORTS")]
    [InlineData("ISTIO_LOCAL_EXCLUDE_PORTS")]
    [InlineData("ISTIO_METAJSON_LABELS")]
    [InlineData("ISTIO_META_CLUSTER_ID")]
    [InlineData("ISTIO_META_MESH_ID")]
    [InlineData("ISTIO_META_NETWORK")]
    [InlineData("ISTIO_META_WORKLOAD_NAME")]
    [InlineData("ISTIO_NAMESPACE")]
    [InlineData("ISTIO_SERVICE")]
    [InlineData("ISTIO_SERVICE_CIDR")]
    [InlineData("POD_NAMESPACE")]
    [InlineData("SERVICE_ACCOUNT")]
    [InlineData("TRUST_DOMAIN")]
    public async Task Names_a_variable_that_is_missing(string variable)
    {
        _boot.Set(variable, null);
        (await ProblemsAsync()).ShouldContain($"cluster.env: {variable}");
    }

    [Fact]
    public async Task Names_revocation_lists_that_are_none()
    {
        _boot["ca-crl.pem"] = "-----BEGIN X509 CRL-----\nMA==\n-----END X509 CRL-----\n";
        (await ProblemsAsync()).ShouldContain("ca-crl.pem: ca-crl.pem");
    }

    [Theory]
    [InlineData("TRUST_DOMAIN", "", "cluster.env: TRUST_DOMAIN")]
    [InlineData("ISTIO_NAMESPACE", "other", "cluster.env: ISTIO_NAMESPACE")]
    [InlineData("ISTIO_SERVICE", "other.bookinfo", "cluster.env: ISTIO_SERVICE")]
    [InlineData("POD_NAMESPACE", "other", "istio-token: istio-token")]
    [InlineData("SERVICE_ACCOUNT", "other", "istio-token: istio-token")]
    [InlineData("ISTIO_METAJSON_LABELS", "[]", "cluster.env: ISTIO_METAJSON_LABELS")]
    [InlineData("ISTIO_METAJSON_LABELS", "{", "cluster.env: ISTIO_METAJSON_LABELS")]
    [InlineData("CANONICAL_SERVICE", "other", "cluster.env: ISTIO_METAJSON_LABELS")]
    [InlineData("ISTIO_INBOUND_PORTS", "80,http", "cluster.env: ISTIO_INBOUND_PORTS")]
    [InlineData("ISTIO_LOCAL_EXCLUDE_PORTS", "22,,15090", "cluster.env: ISTIO_LOCAL_EXCLUDE_PORTS")]
    [InlineData("ISTIO_SVC_IP", "ten", "cluster.env: ISTIO_SVC_IP")]
    [InlineData("CA_ADDR", "istiod", "cluster.env: CA_ADDR")]
    [InlineData("CA_ADDR", "istiod.istio-system.svc:15010", "cluster.env: CA_ADDR")]
    [InlineData("CA_ADDR", "unknown.svc:15012", "hosts: unknown.svc")]
    public async Task Names_a_variable_that_is_wrong(string variable, string value, string problem)
    {
        _boot.Set(variable, value);
        (await ProblemsAsync()).ShouldContain(problem);
    }

    [Theory]
    [InlineData("cluster.env", "A='unfinished\n", "cluster.env: cluster.env")]
    [InlineData("cluster.env", "exit 3\n", "cluster.env: cluster.env")]
    [InlineData("mesh.yaml", "a: [\n", "mesh.yaml: mesh.yaml")]
    [InlineData("mesh.yaml", "", "mesh.yaml: mesh.yaml")]
    [InlineData("mesh.yaml", "defaultConfig: {}\n", "mesh.yaml: defaultConfig.discoveryAddress")]
    [InlineData("mesh.yaml", "other: {}\n", "mesh.yaml: defaultConfig")]
    [InlineData("mesh.yaml", "defaultConfig: {discoveryAddress: 'x:1', proxyMetadata: {POD_NAMESPACE: other}}", "mesh.yaml: defaultConfig.proxyMetadata.POD_NAMESPACE")]
    [InlineData("mesh.yaml", "defaultConfig: {statusPort: 99999, proxyMetadata: {}}", "mesh.yaml: defaultConfig.statusPort")]
    [InlineData("root-cert.pem", "", "root-cert.pem: root-cert.pem")]
    [InlineData("root-cert.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "root-cert.pem: root-cert.pem")]
    [InlineData("istio-token", "", "istio-token: istio-token")]
    [InlineData("istio-token", "not.a.token", "istio-token: istio-token")]
    [InlineData("hosts", "", "hosts: istiod.istio-system.svc")]
    [InlineData("hosts", "lb.example.com istiod.istio-system.svc\n", "hosts: hosts")]
    public async Task Names_a_file_that_is_wrong(string file, string text, string problem)
    {
        _boot[file] = text;
        (await ProblemsAsync()).ShouldContain(problem);
    }

    [Theory]
    [InlineData("cluster.env")]
    [InlineData("mesh.yaml")]
    [InlineData("root-cert.pem")]
    [InlineData("istio-token")]
    [InlineData("hosts")]
    public async Task Names_a_file_that_is_missing(string file)
    {
        File.Delete(_boot.PathOf(file));
        (await ProblemsAsync()).ShouldContain($"{file}: {file}");
    }

    [Theory]
    [InlineData("audience")]
    [InlineData("expired")]
    [InlineData("readable")]
    [InlineData("leaf as root")]
    public async Task Names_a_credential_that_cannot_work(string case_)
    {
        using var certificates = new TestCertificates();
        switch (case_)
        {
            case "audience":
                _boot["istio-token"] = _tokens.Issue(audience: "api");
                break;
            case "expired":
                _boot["istio-token"] = _tokens.Issue(life: TimeSpan.FromMinutes(-1));
                break;
            case "readable":
                File.SetUnixFileMode(_boot.PathOf("istio-token"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
                break;
            default:
                _boot["root-cert.pem"] = certificates.Server("istiod.istio-system.svc").ExportCertificatePem();
                break;
        }

        string file = case_ == "leaf as root" ? "root-cert.pem" : "istio-token";
        (await ProblemsAsync()).ShouldBe([$"{file}: {file}"]);
    }

    [Fact]
    public async Task Reports_everything_at_once()
    {
        _boot.Set("TRUST_DOMAIN", null);
        _boot["hosts"] = "";
        _boot["istio-token"] = "";
        string[] problems = await ProblemsAsync();
        problems.ShouldContain("cluster.env: TRUST_DOMAIN");
        problems.ShouldContain("hosts: istiod.istio-system.svc");
        problems.ShouldContain("istio-token: istio-token");
    }

    private async Task<string[]> ProblemsAsync()
    {
        using var run = new ProbeRun(new ProbeOptions { BootDirectory = _boot.Path, Once = true });
        (await run.Completion).ShouldBe(1);
        return [.. run.Problems];
    }
}
