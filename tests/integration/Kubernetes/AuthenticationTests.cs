using System.Security.Cryptography.X509Certificates;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

public sealed class AuthenticationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _certificates = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _directory.Dispose();
        _certificates.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Only_the_configured_root_is_trusted()
    {
        await using FakeApiServer server = await StartAsync();
        using var others = new TestCertificates("Other CA");

        await GetAsync(Https(server));

        KubernetesException e = await Should.ThrowAsync<KubernetesException>(
            () => GetAsync(Https(server, authorities: [others.Authority])));
        e.IsUnreachable.ShouldBeTrue();
        await Should.ThrowAsync<KubernetesException>(() => GetAsync(Https(server, authorities: null, useDefault: false)));
        await GetAsync(Https(server, authorities: null, useDefault: false, skip: true));
        _log.Text.ShouldContain("insecure-skip-tls-verify is set");
        server.Requests.Count.ShouldBe(2);
        server.Requests[0].Headers.Keys.ShouldNotContain("Authorization");
    }

    [Fact]
    public async Task The_name_in_the_certificate_must_be_the_servers_or_the_one_configured()
    {
        using X509Certificate2 certificate = _certificates.Server("api.example");
        await using FakeApiServer server = await FakeApiServer.StartAsync(certificate, Answers.ConfigMap());

        await Should.ThrowAsync<KubernetesException>(() => GetAsync(Https(server)));
        await GetAsync(Https(server, name: "api.example"));

        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_goes_over_https_only()
    {
        await using FakeApiServer secure = await StartAsync();
        await using FakeApiServer plain = await FakeApiServer.StartAsync(Answers.ConfigMap());

        await GetAsync(Https(secure, token: "s3cret"));
        await GetAsync(new KubernetesClientConfiguration { Host = plain.Address, AccessToken = "s3cret" });

        secure.Requests.Single().Authorization.ShouldBe("Bearer s3cret");
        plain.Requests.Single().Authorization.ShouldBeNull();
        _log.Entries.ShouldContain(e => e.EventId.Id == 2006);
        _log.Text.ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task A_client_certificate_from_files_is_shown_and_its_renewal_noticed()
    {
        await using FakeApiServer server = await StartAsync();
        WritePair("first");
        var configuration = new KubernetesClientConfiguration
        {
            Host = server.Address,
            CertificateAuthorities = [_certificates.Authority],
            ClientCertificateFile = _directory["c.pem"],
            ClientKeyFile = _directory["k.pem"],
        };
        using var client = new KubernetesClient(configuration);

        await client.GetAsync<V1ConfigMap>("ns", "one");
        WritePair("second");
        File.SetLastWriteTimeUtc(_directory["c.pem"], File.GetLastWriteTimeUtc(_directory["c.pem"]).AddSeconds(5));
        await client.GetAsync<V1ConfigMap>("ns", "one");

        server.Requests.Select(r => r.ClientCertificate).ShouldBe(["CN=first", "CN=second"]);
    }

    [Fact]
    public async Task Connections_of_a_certificate_that_was_replaced_are_closed_after_their_life()
    {
        await using FakeApiServer server = await StartAsync();
        WritePair("c0");
        using KubernetesClient client = Client(new KubernetesClientConfiguration
        {
            Host = server.Address,
            CertificateAuthorities = [_certificates.Authority],
            ClientCertificateFile = _directory["c.pem"],
            ClientKeyFile = _directory["k.pem"],
        });
        await client.GetAsync<V1ConfigMap>("ns", "one");
        await RenewAsync(1);
        server.Connections.ShouldBe(2, "a request may just have been given the old ones");

        _clock.Advance(TimeSpan.FromMinutes(11));
        await RenewAsync(2);

        await Eventually.Is(() => server.Connections == 2, "the first to be closed");
        server.Requests.Select(r => r.ClientCertificate).ShouldBe(["CN=c0", "CN=c1", "CN=c2"]);

        async Task RenewAsync(int number)
        {
            WritePair($"c{number}");
            File.SetLastWriteTimeUtc(_directory["c.pem"], DateTime.UnixEpoch.AddSeconds(number));
            await client.GetAsync<V1ConfigMap>("ns", "one");
        }
    }

    [Fact]
    public async Task A_token_file_is_read_again_after_a_minute_and_when_the_server_refuses()
    {
        await using FakeApiServer server = await StartAsync(
            Answers.ConfigMap(), Answers.ConfigMap(), Answers.ConfigMap(), Answers.Status(401, "Unauthorized"), Answers.ConfigMap(), Answers.ConfigMap());
        File.WriteAllText(_directory["token"], "one\n");
        using KubernetesClient client = Client(Https(server, tokenFile: _directory["token"]));

        await client.GetAsync<V1ConfigMap>("ns", "one");
        File.WriteAllText(_directory["token"], "two");
        await client.GetAsync<V1ConfigMap>("ns", "one");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await client.GetAsync<V1ConfigMap>("ns", "one");
        File.WriteAllText(_directory["token"], "three");
        await client.GetAsync<V1ConfigMap>("ns", "one");
        File.Delete(_directory["token"]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await client.GetAsync<V1ConfigMap>("ns", "one");

        server.Requests.Select(r => r.Authorization).ShouldBe(
            ["Bearer one", "Bearer one", "Bearer two", "Bearer two", "Bearer three", "Bearer three"]);
        _log.Entries.ShouldContain(e => e.EventId.Id == 2007);
    }

    [Fact]
    public async Task What_cannot_be_a_token_is_not_sent_and_not_shown()
    {
        await using FakeApiServer server = await StartAsync();
        File.WriteAllText(_directory["token"], "s3cret\r\nX-Remote-User: admin");

        KubeConfigException e = await Should.ThrowAsync<KubeConfigException>(() => GetAsync(Https(server, tokenFile: _directory["token"])));

        e.ToString().ShouldNotContain("s3cret");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_plugins_token_is_kept_until_it_expires_or_is_refused()
    {
        await using FakeApiServer server = await StartAsync(
            Answers.ConfigMap(), Answers.ConfigMap(), Answers.ConfigMap(), Answers.Status(401, "Unauthorized"), Answers.ConfigMap());
        string expires = _clock.GetUtcNow().AddMinutes(10).ToString("O");
        ExecCredentialPlugin plugin = Script(
            $$$"""
            n=$(cat {{{_directory["n"]}}} 2>/dev/null || echo 0); n=$((n+1)); echo $n > {{{_directory["n"]}}}
            echo "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"t$n$A\",\"expirationTimestamp\":\"{{{expires}}}\"}}"
            echo "$KUBERNETES_EXEC_INFO" > {{{_directory["info"]}}}
            """);
        using KubernetesClient client = Client(Https(server, exec: plugin));

        await client.GetAsync<V1ConfigMap>("ns", "one");
        await client.GetAsync<V1ConfigMap>("ns", "one");
        _clock.Advance(TimeSpan.FromMinutes(9.9));
        await client.GetAsync<V1ConfigMap>("ns", "one");
        await client.GetAsync<V1ConfigMap>("ns", "one");

        server.Requests[0].Authorization.ShouldBe("Bearer t1x");
        server.Requests[1].Authorization.ShouldBe("Bearer t1x");
        server.Requests[2].Authorization.ShouldBe("Bearer t2x");
        server.Requests[^1].Authorization.ShouldNotBe(server.Requests[^2].Authorization, "a refused token is not shown again");
        File.ReadAllText(_directory["info"]).ShouldContain("\"interactive\":false");
    }

    [Theory]
    [InlineData("echo s3cret-garbage", "isn't an ExecCredential")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"s3cret\"}}'", "must print kind ExecCredential")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "neither a token nor")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientKeyData\":\"s3cret\"}}'", "only one of")]
    [InlineData("echo log in first, token eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzM2NyZXQifQ.c2lnbmF0dXJl >&2; exit 3", "exit code 3: log in first, token [redacted]")]
    public async Task A_plugin_that_fails_is_reported_without_what_it_printed(string script, string problem)
    {
        await using FakeApiServer server = await StartAsync();

        KubeConfigException e = await Should.ThrowAsync<KubeConfigException>(() => GetAsync(Https(server, exec: Script(script))));

        e.Message.ShouldContain(problem);
        e.ToString().ShouldNotContain("s3cret");
        e.ToString().ShouldNotContain("eyJ");
    }

    [Fact]
    public async Task A_plugin_that_is_missing_or_hangs_is_reported()
    {
        await using FakeApiServer server = await StartAsync();
        ExecCredentialPlugin missing = Script("") with { Command = _directory["gone"], InstallHint = "Get it at the usual place" };
        (await Should.ThrowAsync<KubeConfigException>(() => GetAsync(Https(server, exec: missing)))).Message.ShouldBeGolden();

        Task hanging = GetAsync(Https(server, exec: Script($"touch {_directory["started"]}; exec sleep 600")));
        await Eventually.Is(() => File.Exists(_directory["started"]), "the plugin to start");
        _clock.Advance(TimeSpan.FromSeconds(30));
        (await Should.ThrowAsync<KubeConfigException>(() => hanging)).Message.ShouldBeGolden();
    }

    [Fact]
    public async Task Impersonation_and_basic_authentication_are_sent()
    {
        await using FakeApiServer server = await StartAsync();

        await GetAsync(new KubernetesClientConfiguration
        {
            Host = server.Address,
            CertificateAuthorities = [_certificates.Authority],
            Username = "u",
            Password = "p",
            Impersonation = new Impersonation { User = "jane", Groups = ["a", "b"] },
        });

        server.Requests.Single().Authorization.ShouldBe("Basic dTpw");
        server.Requests.Single().Headers["Impersonate-User"].ShouldBe("jane");
        server.Requests.Single().Headers["Impersonate-Group"].ShouldContain("b");
    }

    [Fact]
    public async Task A_configured_proxy_is_asked()
    {
        await using FakeApiServer proxy = await FakeApiServer.StartAsync(Answers.ConfigMap());

        await GetAsync(new KubernetesClientConfiguration { Host = "http://api.invalid:80", Proxy = new Uri(proxy.Address) });

        proxy.Requests.Single().Headers["Host"].ShouldBe("api.invalid");
    }

    private async Task<FakeApiServer> StartAsync(params Answer[] answers) =>
        await FakeApiServer.StartAsync(_certificates.Server("127.0.0.1"), answers.Length > 0 ? answers : [Answers.ConfigMap()]);

    private KubernetesClient Client(KubernetesClientConfiguration configuration) =>
        new(configuration, new KubernetesClientOptions { TimeProvider = _clock, LoggerFactory = _log, MaxRetries = 1 });

    private async Task GetAsync(KubernetesClientConfiguration configuration)
    {
        using KubernetesClient client = Client(configuration);
        await client.GetAsync<V1ConfigMap>("ns", "one");
    }

    [Fact]
    public async Task B11_a_child_that_a_plugin_leaves_behind_does_not_hold_its_credential_back()
    {
        await using FakeApiServer server = await StartAsync();
        ExecCredentialPlugin plugin = Script(
            "sleep 20 & echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"t\"}}'");
        using var client = new KubernetesClient(Https(server, exec: plugin with { Timeout = TimeSpan.FromSeconds(10) }));

        await client.GetAsync<V1ConfigMap>("ns", "one");

        server.Requests.Single().Authorization.ShouldBe("Bearer t");
    }

    private ExecCredentialPlugin Script(string script) => new()
    {
        ApiVersion = "client.authentication.k8s.io/v1",
        Command = "/bin/sh",
        Arguments = ["-c", script],
        Environment = [KeyValuePair.Create("A", "x")],
    };

    private void WritePair(string name)
    {
        using X509Certificate2 certificate = _certificates.Server(name);
        File.WriteAllText(_directory["c.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(_directory["k.pem"], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private KubernetesClientConfiguration Https(
        FakeApiServer server,
        X509Certificate2Collection? authorities = null,
        bool useDefault = true,
        bool skip = false,
        string? name = null,
        string? token = null,
        string? tokenFile = null,
        ExecCredentialPlugin? exec = null) => new()
        {
            Host = server.Address,
            CertificateAuthorities = authorities ?? (useDefault ? [_certificates.Authority] : null),
            SkipTlsVerify = skip,
            TlsServerName = name,
            AccessToken = token,
            AccessTokenFile = tokenFile,
            Exec = exec,
        };
}
