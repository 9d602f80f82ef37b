using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using KubernetesException = Onboarding.Kubernetes.KubernetesException;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>
/// What the KubernetesClient package does wrong by itself and right through our handler. Each hole that can be shown is shown on the
/// package alone too: when such a test fails, the package has learned it, and a reason for our handler is gone.
/// </summary>
public sealed class PackageHoleTests : IDisposable
{
    private const string Token = "s3cret-token";

    private readonly TemporaryDirectory _directory = new();
    private readonly TestCertificates _certificates = new();

    public void Dispose()
    {
        _directory.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public async Task A_server_of_another_name_gets_no_token()
    {
        // Attack: a holder of any certificate of the cluster's CA, for example a webhook, answers in the API server's place.
        using X509Certificate2 certificate = _certificates.Server("other.example");
        await using FakeApiServer server = await FakeApiServer.StartAsync(certificate, Namespaces);
        string kubeconfig = Kubeconfig(server.Address, new JsonObject { ["token"] = Token });

        KubernetesException refused = await Should.ThrowAsync<KubernetesException>(() => ListAsync(kubeconfig));
        refused.IsUnreachable.ShouldBeTrue();
        server.Requests.ShouldBeEmpty();

        await ListByPackageAloneAsync(kubeconfig);
        server.Requests.Single().Authorization.ShouldBe($"Bearer {Token}");
    }

    [Fact]
    public async Task A_configured_proxy_is_used()
    {
        await using FakeApiServer proxy = await FakeApiServer.StartAsync(Namespaces);
        string kubeconfig = Kubeconfig("http://api.invalid:80", new JsonObject { ["token"] = Token }, cluster => cluster["proxy-url"] = proxy.Address);

        await ListAsync(kubeconfig);
        proxy.Requests.Single().Headers["Host"].ShouldBe("api.invalid");

        await Should.ThrowAsync<HttpRequestException>(() => ListByPackageAloneAsync(kubeconfig));
        proxy.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_user_who_acts_as_another_acts_as_the_other()
    {
        await using FakeApiServer server = await StartAsync(Namespaces);
        string kubeconfig = Kubeconfig(
            server.Address, new JsonObject { ["token"] = Token, ["as"] = "jane", ["as-groups"] = new JsonArray("viewers") });

        await ListAsync(kubeconfig);
        server.Requests[0].Headers["Impersonate-User"].ShouldBe("jane");
        server.Requests[0].Headers["Impersonate-Group"].ShouldBe("viewers");

        await ListByPackageAloneAsync(kubeconfig);
        server.Requests[1].Headers.Keys.ShouldNotContain("Impersonate-User", "with the rights of the real user");
    }

    [Fact]
    public async Task A_repeated_request_acts_as_the_other_once()
    {
        await using FakeApiServer server = await StartAsync(Answers.Status(500, "InternalError"), Namespaces);
        string kubeconfig = Kubeconfig(server.Address, new JsonObject { ["as"] = "jane", ["as-groups"] = new JsonArray("viewers") });

        await ListAsync(kubeconfig);

        server.Requests[1].Headers["Impersonate-User"].ShouldBe("jane");
        server.Requests[1].Headers["Impersonate-Group"].ShouldBe("viewers");
    }

    [Fact]
    public async Task A_token_file_is_read()
    {
        await using FakeApiServer server = await StartAsync(Namespaces);
        File.WriteAllText(_directory["token"], Token);
        string kubeconfig = Kubeconfig(server.Address, new JsonObject { ["tokenFile"] = _directory["token"] });

        await ListAsync(kubeconfig);

        server.Requests.Single().Authorization.ShouldBe($"Bearer {Token}");
        await Should.ThrowAsync<Exception>(() => ListByPackageAloneAsync(kubeconfig));
    }

    [Fact]
    public async Task A_plugin_runs_once_with_its_arguments_as_they_are()
    {
        await using FakeApiServer server = await StartAsync(Namespaces);
        string kubeconfig = Kubeconfig(server.Address, Plugin("two words"));

        await ListAsync(kubeconfig, TimeProvider.System);
        File.ReadAllLines(_directory["calls"]).ShouldBe(["1 two words"]);

        await ListByPackageAloneAsync(kubeconfig);
        File.ReadAllLines(_directory["calls"]).Skip(1).ShouldBe(["2 two words", "2 two words"]);
    }

    [Fact]
    public async Task An_expired_credential_is_renewed_at_a_401()
    {
        await using FakeApiServer server = await StartAsync(Answers.Status(401, "Unauthorized"), Namespaces);

        await ListAsync(Kubeconfig(server.Address, Plugin("x")), TimeProvider.System);

        server.Requests.Count.ShouldBe(2);
        File.ReadAllLines(_directory["calls"]).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_whose_caches_fill_is_asked_again_when_it_says()
    {
        await using FakeApiServer server = await StartAsync(Answers.Status(429, "TooManyRequests", retryAfter: 2), Namespaces);
        string kubeconfig = Kubeconfig(server.Address, new JsonObject { ["token"] = Token });
        var clock = new ImpatientClock();

        await ListAsync(kubeconfig, clock);

        clock.Waits.ShouldBe([TimeSpan.FromSeconds(2)]);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_post_that_may_have_stored_something_is_sent_once()
    {
        await using FakeApiServer server = await StartAsync(Answers.Abort);
        using ClusterClient client = Client(Kubeconfig(server.Address, new JsonObject { ["token"] = Token }));

        await Should.ThrowAsync<KubernetesException>(() => client.Operations.CoreV1.CreateNamespacedSecretAsync(Secret, "ns"));

        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(422)]
    [InlineData(200)]
    public async Task What_goes_wrong_shows_no_body_and_no_token(int code)
    {
        // A refusal whose body isn't a Status, and a success whose body is no JSON: both repeat what was sent.
        await using FakeApiServer server = await StartAsync(Answers.Json("no: s3cret-value", code));
        string kubeconfig = Kubeconfig(server.Address, new JsonObject { ["token"] = Token });
        using ClusterClient client = Client(kubeconfig);

        Exception ours = await Should.ThrowAsync<KubernetesException>(() => client.Operations.CoreV1.CreateNamespacedSecretAsync(Secret, "ns"));

        Everything(ours).ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task The_package_alone_shows_body_and_token_of_what_goes_wrong()
    {
        await using FakeApiServer server = await StartAsync(Answers.Json("no: s3cret-value", 422));
        using var package = new k8s.Kubernetes(k8s.KubernetesClientConfiguration.BuildConfigFromConfigFile(
            Kubeconfig(server.Address, new JsonObject { ["token"] = Token })));

        var shown = await Should.ThrowAsync<k8s.Autorest.HttpOperationException>(() => package.CoreV1.CreateNamespacedSecretAsync(Secret, "ns"));

        shown.Message.ShouldContain("s3cret-value");
        shown.Request.Content.ShouldContain(Convert.ToBase64String("s3cret-value"u8));
        shown.Request.Headers["Authorization"].Single().ShouldContain(Token);
    }

    [Fact]
    public async Task A_client_whose_address_was_changed_sends_nothing()
    {
        await using FakeApiServer server = await StartAsync(Namespaces);
        await using FakeApiServer other = await StartAsync(Namespaces);
        using ClusterClient client = Client(Kubeconfig(server.Address, new JsonObject { ["token"] = Token }));
        ((k8s.Kubernetes)client.Operations).BaseUri = new Uri(other.Address);

        await Should.ThrowAsync<InvalidOperationException>(() => client.Operations.CoreV1.ListNamespaceAsync());

        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_review_is_asked_again_for_it_stores_nothing()
    {
        await using FakeApiServer server = await StartAsync(
            Answers.Abort, Answers.Json("""{"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","spec":{},"status":{"authenticated":true}}"""));
        using ClusterClient client = Client(Kubeconfig(server.Address, new JsonObject { ["token"] = Token }));

        V1TokenReview review = await client.Operations.AuthenticationV1.CreateTokenReviewAsync(
            new V1TokenReview { Spec = new V1TokenReviewSpec { Token = "t" } });

        review.Status.Authenticated.ShouldBe(true);
        server.Requests.Count.ShouldBe(2);
    }

    private static Answer Namespaces => Answers.Json("""{"kind":"NamespaceList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}""");

    private static V1Secret Secret => new()
    {
        Metadata = new V1ObjectMeta { Name = "one" },
        Data = new Dictionary<string, byte[]> { ["key"] = Encoding.UTF8.GetBytes("s3cret-value") },
    };

    private async Task<FakeApiServer> StartAsync(params Answer[] answers) => await FakeApiServer.StartAsync(_certificates.Server("127.0.0.1"), answers);

    private static ClusterClient Client(string kubeconfig, TimeProvider? clock = null) => new(
        Onboarding.Kubernetes.KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig),
        new KubernetesClientOptions { TimeProvider = clock ?? new ImpatientClock() });

    private static async Task ListAsync(string kubeconfig, TimeProvider? clock = null)
    {
        using ClusterClient client = Client(kubeconfig, clock);
        await client.Operations.CoreV1.ListNamespaceAsync();
    }

    private static async Task ListByPackageAloneAsync(string kubeconfig)
    {
        using var package = new k8s.Kubernetes(k8s.KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        await package.CoreV1.ListNamespaceAsync();
    }

    /// <summary>All that an exception would print, wherever it is kept.</summary>
    private static string Everything(Exception e)
    {
        var text = new StringBuilder(e.ToString());
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            text.AppendJoin('\n', inner.Data.Values.Cast<object?>()).AppendJoin('\n', inner.GetType().GetProperties()
                .Where(p => p.GetIndexParameters().Length == 0).Select(p => p.GetValue(inner)));
        }

        return text.ToString();
    }

    private JsonObject Plugin(string argument) => new()
    {
        ["exec"] = new JsonObject
        {
            ["apiVersion"] = "client.authentication.k8s.io/v1",
            ["command"] = PluginScript(),
            ["args"] = new JsonArray(argument),
            ["interactiveMode"] = "Never",
        },
    };

    private string PluginScript()
    {
        string script = _directory["plugin.sh"];
        File.WriteAllText(
            script,
            $$$"""
            #!/bin/sh
            echo "$# $*" >> {{{_directory["calls"]}}}
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}'
            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return script;
    }

    private string Kubeconfig(string server, JsonObject user, Action<JsonObject>? change = null)
    {
        var cluster = new JsonObject { ["server"] = server };
        if (server.StartsWith("https", StringComparison.Ordinal))
        {
            cluster["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(_certificates.Authority.ExportCertificatePem()));
        }

        change?.Invoke(cluster);
        var config = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["current-context"] = "c",
            ["contexts"] = new JsonArray(new JsonObject { ["name"] = "c", ["context"] = new JsonObject { ["cluster"] = "k", ["user"] = "u" } }),
            ["clusters"] = new JsonArray(new JsonObject { ["name"] = "k", ["cluster"] = cluster }),
            ["users"] = new JsonArray(new JsonObject { ["name"] = "u", ["user"] = user }),
        };
        File.WriteAllText(_directory["kubeconfig"], config.ToJsonString());
        return _directory["kubeconfig"];
    }
}
