using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.KubernetesTests;

public sealed class KubeconfigTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _certificates = new();

    public void Dispose()
    {
        _directory.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public void The_current_context_chooses_cluster_user_and_namespace()
    {
        KubernetesClientConfiguration configuration = Load(Config("token: t0ken"));

        configuration.Host.ShouldBe("https://127.0.0.1:6443");
        configuration.CurrentContext.ShouldBe("main");
        configuration.Namespace.ShouldBe("team");
        configuration.AccessToken.ShouldBe("t0ken");
        configuration.SkipTlsVerify.ShouldBeFalse();
        configuration.ToString().ShouldBe("https://127.0.0.1:6443 (context main)");
    }

    [Fact]
    public void Json_is_read_as_well()
    {
        string file = Write("config", """
            {"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k"}}],"clusters":[{"name":"k","cluster":{"server":"https://[::1]:1"}}]}
            """);

        KubernetesClientConfiguration.BuildConfigFromConfigFile(file).Host.ShouldBe("https://[::1]:1");
    }

    [Fact]
    public void Context_and_server_can_be_chosen()
    {
        string file = Write("config", Config("token: t", more: "- {name: other, context: {cluster: k, namespace: elsewhere}}"));

        KubernetesClientConfiguration configuration =
            KubernetesClientConfiguration.BuildConfigFromConfigFile(file, "other", "https://master:1");

        configuration.Namespace.ShouldBe("elsewhere");
        configuration.AccessToken.ShouldBeNull();
        configuration.Host.ShouldBe("https://master:1");
    }

    [Fact]
    public void Of_several_files_the_first_to_say_something_wins()
    {
        string one = Write("one", "contexts: [{name: main, context: {cluster: k, user: u, namespace: first}}]\nclusters: null");
        string two = Write("two", Config("token: second"));
        string three = Write("three", Config("token: third").Replace("6443", "7", StringComparison.Ordinal));
        Write("empty", "");

        KubernetesClientConfiguration configuration = KubernetesClientConfiguration.BuildDefaultConfig(Environment(
            string.Join(Path.PathSeparator, _directory["missing"], "", _directory["empty"], one, two, three)));

        configuration.Namespace.ShouldBe("first");
        configuration.AccessToken.ShouldBe("second");
        configuration.Host.ShouldBe("https://127.0.0.1:6443");
    }

    [Fact]
    public void Without_the_variable_the_home_directory_has_it()
    {
        Directory.CreateDirectory(_directory[".kube"]);
        Write(".kube/config", Config("token: t"));

        KubernetesClientConfiguration.BuildDefaultConfig(Environment(null)).CurrentContext.ShouldBe("main");
    }

    [Fact]
    public void Nothing_at_all_is_said_with_what_to_do()
    {
        Failure(() => KubernetesClientConfiguration.BuildDefaultConfig(Environment(null))).ShouldContain("Set KUBECONFIG");
        Failure(() => KubernetesClientConfiguration.BuildDefaultConfig(Environment(_directory["missing"]))).ShouldBeGolden();
        Failure(() => KubernetesClientConfiguration.BuildConfigFromConfigFile(_directory["missing"])).ShouldBeGolden();
    }

    [Fact]
    public void Client_certificates_come_inline_or_from_files_beside_the_kubeconfig()
    {
        (string certificate, string key) = Pair();
        KubernetesClientConfiguration inline = Load(Config($"client-certificate-data: {Base64(certificate)}\n    client-key-data: {Base64(key)}"));
        inline.ClientCertificate.ShouldNotBeNull().HasPrivateKey.ShouldBeTrue();

        KubernetesClientConfiguration files = Load(Config("client-certificate: sub/c.pem\n    client-key: /abs/k.pem\n    tokenFile: token"));
        files.ClientCertificateFile.ShouldBe(_directory["sub/c.pem"]);
        files.ClientKeyFile.ShouldBe("/abs/k.pem");
        files.AccessTokenFile.ShouldBe(_directory["token"]);
    }

    [Fact]
    public void Certificate_authorities_come_inline_or_from_a_file()
    {
        Write("ca.pem", _certificates.AuthorityPem);

        Load(Config("token: t", $"certificate-authority-data: {Base64(_certificates.AuthorityPem)}"))
            .CertificateAuthorities!.Single().Thumbprint.ShouldBe(_certificates.Authority.Thumbprint);
        Load(Config("token: t", "certificate-authority: ca.pem"))
            .CertificateAuthorities!.Single().Thumbprint.ShouldBe(_certificates.Authority.Thumbprint);
    }

    [Fact]
    public void The_rest_of_the_cluster_is_read()
    {
        KubernetesClientConfiguration configuration = Load(Config(
            "username: u\n    password: p", "tls-server-name: api.example\n    insecure-skip-tls-verify: true\n    proxy-url: socks5://127.0.0.1:1080"));

        configuration.TlsServerName.ShouldBe("api.example");
        configuration.SkipTlsVerify.ShouldBeTrue();
        configuration.Proxy.ShouldBe(new Uri("socks5://127.0.0.1:1080"));
        configuration.Username.ShouldBe("u");
        configuration.Password.ShouldBe("p");
    }

    [Fact]
    public void Impersonation_is_read()
    {
        Impersonation? impersonation = Load(Config("token: t\n    as: jane\n    as-uid: u\n    as-groups: [a, b]\n    as-user-extra: {scope: [x, y]}")).Impersonation;

        impersonation.ShouldNotBeNull();
        impersonation.User.ShouldBe("jane");
        impersonation.Uid.ShouldBe("u");
        impersonation.Groups.ShouldBe(["a", "b"]);
        impersonation.Extra["scope"].ShouldBe(["x", "y"]);
    }

    [Fact]
    public void A_plugin_is_read_with_what_it_is_told_about_the_cluster()
    {
        ExecCredentialPlugin? plugin = Load(Config(
            """
            exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: ./bin/login
                  args: [get-token, --cluster, x]
                  env: [{name: A, value: b}]
                  installHint: get it somewhere
                  provideClusterInfo: true
            """)).Exec;

        plugin.ShouldNotBeNull();
        plugin.Command.ShouldBe(Path.Combine(_directory.Path, "./bin/login"));
        plugin.Arguments.ShouldBe(["get-token", "--cluster", "x"]);
        plugin.Environment.ShouldBe([KeyValuePair.Create("A", "b")]);
        plugin.InstallHint.ShouldBe("get it somewhere");
        plugin.Cluster!["server"]!.GetValue<string>().ShouldBe("https://127.0.0.1:6443");
    }

    [Theory]
    [InlineData("gcp", "gke-gcloud-auth-plugin")]
    [InlineData("azure", "kubelogin")]
    [InlineData("oidc", "oidc-login")]
    [InlineData("other", "an exec plugin")]
    public void The_old_auth_providers_are_refused_with_what_replaces_them(string name, string instead)
    {
        string message = Failure(() => Load(Config($"auth-provider: {{name: {name}, config: {{access-token: s3cret}}}}")));

        message.ShouldContain("users[u].user.auth-provider");
        message.ShouldContain(instead);
        message.ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("client-certificate-data: AAAA", "client-key go together")]
    [InlineData("client-certificate-data: '%%%'\n    client-key-data: AAAA", "isn't base64")]
    [InlineData("client-certificate-data: c2VjcmV0\n    client-key-data: c2VjcmV0", "both in PEM form")]
    [InlineData("token: 12345", "users[u].user.token must be text")]
    [InlineData("token: t\n    as-groups: [x]", "as is missing")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}", "exec.apiVersion must be")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1}", "exec.command is missing")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}", "interactiveMode is Always")]
    public void A_wrong_user_is_refused_at_the_field(string user, string problem) =>
        Failure(() => Load(Config(user))).ShouldContain(problem);

    [Theory]
    [InlineData("certificate-authority-data: c2VjcmV0", "holds no certificate")]
    [InlineData("certificate-authority: missing.pem", "missing.pem")]
    [InlineData("certificate-authority-data: c2VjcmV0\n    insecure-skip-tls-verify: true", "can't be set together")]
    [InlineData("insecure-skip-tls-verify: sure", "must be true or false")]
    [InlineData("proxy-url: ftp://x", "proxy-url must be like")]
    public void A_wrong_cluster_is_refused_at_the_field(string cluster, string problem) =>
        Failure(() => Load(Config("token: t", cluster))).ShouldContain(problem);

    [Theory]
    [InlineData("current-context: main", "current-context: gone", "has no context 'gone'; it has main")]
    [InlineData("current-context: main", "", "has no current-context")]
    [InlineData("cluster: k,", "cluster: x,", "has no cluster 'x'")]
    [InlineData("user: u,", "user: x,", "has no user 'x'")]
    [InlineData("server: https://127.0.0.1:6443", "server: 127.0.0.1:6443", "server must be like https://host:6443")]
    [InlineData("server: https://127.0.0.1:6443", "server: ''", "server is missing")]
    [InlineData("clusters:", "clusters: 7\nx:", "clusters must be a list")]
    [InlineData("contexts:", "contexts:\n\t-", "isn't a kubeconfig: ")]
    [InlineData("users:", "users:\n- {name: u}\n- name: u\nx:", "two items named 'u'")]
    public void A_wrong_kubeconfig_is_refused_with_the_place(string what, string instead, string problem) =>
        Failure(() => Load(Config("token: t").Replace(what, instead, StringComparison.Ordinal))).ShouldContain(problem);

    [Fact]
    public void A_token_in_place_of_a_kubeconfig_is_not_shown()
    {
        Failure(() => Load("eyJhbGciOi.s3cret.sig")).ShouldNotContain("s3cret");
        Failure(() => Load(new string('x', 2_000_000))).ShouldContain("longer than 1 MiB");
    }

    [Fact]
    public void A_pod_has_its_token_authority_and_namespace_in_files()
    {
        Write("token", "t");
        Write("ca.crt", _certificates.AuthorityPem);
        Write("namespace", "team\n");
        KubernetesEnvironment pod = Environment(null) with
        {
            Variable = name => name switch { "KUBERNETES_SERVICE_HOST" => "fd00::1", "KUBERNETES_SERVICE_PORT" => "443", _ => null },
        };

        KubernetesClientConfiguration configuration = KubernetesClientConfiguration.BuildDefaultConfig(pod);

        configuration.Host.ShouldBe("https://[fd00::1]:443");
        configuration.Namespace.ShouldBe("team");
        configuration.AccessTokenFile.ShouldBe(_directory["token"]);
        configuration.CertificateAuthorities!.Count.ShouldBe(1);
        KubernetesClientConfiguration.IsInCluster(pod).ShouldBeTrue();
        Failure(() => KubernetesClientConfiguration.InClusterConfig(Environment(null))).ShouldContain("automountServiceAccountToken");
    }

    private static string Config(string user, string cluster = "", string more = "") =>
        $$"""
        apiVersion: v1
        kind: Config
        current-context: main
        contexts:
        - name: main
          context: {cluster: k, user: u, namespace: team}
        {{more}}
        clusters:
        - name: k
          cluster:
            server: https://127.0.0.1:6443
            {{cluster}}
        users:
        - name: u
          user:
            {{user}}
        """;

    private static string Failure(Func<object> load) => Should.Throw<KubeConfigException>(() => load()).Message;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private (string Certificate, string Key) Pair()
    {
        using X509Certificate2 certificate = _certificates.Server("client");
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private KubernetesEnvironment Environment(string? kubeconfig) => new()
    {
        Variable = name => name == "KUBECONFIG" ? kubeconfig : null,
        HomeDirectory = _directory.Path,
        ServiceAccountDirectory = _directory.Path,
    };

    private KubernetesClientConfiguration Load(string kubeconfig) =>
        KubernetesClientConfiguration.BuildConfigFromConfigFile(Write("config", kubeconfig));

    private string Write(string name, string text)
    {
        File.WriteAllText(_directory[name], text);
        return _directory[name];
    }
}
