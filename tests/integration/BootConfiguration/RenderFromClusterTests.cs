using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.BootConfiguration.Rendering;
using Onboarding.Documents;
using Onboarding.Embedded;
using Onboarding.Endpoint.Hosting;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.BootConfiguration;

/// <summary>The look-ups, in an embedded control plane.</summary>
public sealed class RenderFromClusterTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private EmbeddedControlPlane _plane = null!;
    private KubernetesClient _client = null!;

    private RenderOptions Options => new() { Kubeconfig = _plane.KubeconfigPath, Name = "ratings", Namespace = "bookinfo", OutputDirectory = Out };

    private string Out => _directory["out"];

    public async ValueTask InitializeAsync()
    {
        _plane = await EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
        {
            DataDirectory = _directory["plane"],
            ApiPort = 0,
            IstiodPort = 0,
            LoggerFactory = _log,
        });
        _client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_plane.KubeconfigPath));
        await _client.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "bookinfo" } });
        await CreateGroupAsync("ratings", """{"template": {"serviceAccount": "default"}}""");
        await Eventually.Is(
            async () => await _client.TryGetAsync<V1ConfigMap>("bookinfo", "istio-ca-root-cert") is not null
                && await _client.TryGetAsync<V1ServiceAccount>("bookinfo", "default") is not null,
            "the namespace is filled");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _plane.DisposeAsync();
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_cluster_gives_all_five_files_and_only_the_owner_reads_the_token()
    {
        RenderResult result = await BootConfigurationRenderer.RenderAsync(Options);

        result.Files.ShouldBe(["cluster.env", "hosts", "istio-token", "mesh.yaml", "root-cert.pem"]);
        (result.WorkloadGroup, result.Namespace, result.ServiceAccount, result.Revision).ShouldBe(("ratings", "bookinfo", "default", "default"));
        result.TokenExpiresAt!.Value.ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(50), DateTimeOffset.UtcNow.AddMinutes(70));
        result.Warnings.ShouldBeGolden([($"{result.TokenExpiresAt:yyyy-MM-ddTHH:mm:ssZ}", "time")]);
        File.GetUnixFileMode(Path.Combine(Out, "istio-token")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllTextAsync(Path.Combine(Out, "hosts"))).ShouldBe("127.0.0.1 istiod.istio-system.svc\n");
        string root = (await _client.GetAsync<V1ConfigMap>("bookinfo", "istio-ca-root-cert")).Data["root-cert.pem"];
        (await File.ReadAllTextAsync(Path.Combine(Out, "root-cert.pem"))).ShouldBe(root);
        string token = await File.ReadAllTextAsync(Path.Combine(Out, "istio-token"));
        using var cluster = new ClusterClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_plane.KubeconfigPath));
        (await cluster.ReviewTokenAsync(token, "istio-ca")).User.Username.ShouldBe("system:serviceaccount:bookinfo:default");
        (await File.ReadAllTextAsync(Path.Combine(Out, "cluster.env"))).ShouldContain("ISTIO_META_CLUSTER_ID='Kubernetes'\n");
    }

    [Fact]
    public async Task A_group_in_a_file_wins_over_the_one_in_the_cluster()
    {
        await File.WriteAllTextAsync(_directory["group.yaml"], "metadata: {name: other, namespace: bookinfo}\nspec: {}\n");

        RenderResult result = await BootConfigurationRenderer.RenderAsync(Options with { WorkloadGroupFile = _directory["group.yaml"] });

        result.WorkloadGroup.ShouldBe("other");
        result.ServiceAccount.ShouldBe("default");
    }

    [Fact]
    public async Task The_token_lives_as_long_as_asked_for()
    {
        RenderResult result = await BootConfigurationRenderer.RenderAsync(Options with { TokenDuration = TimeSpan.FromHours(5) });

        result.TokenExpiresAt!.Value.ShouldBeInRange(DateTimeOffset.UtcNow.AddHours(4.9), DateTimeOffset.UtcNow.AddHours(5.1));
    }

    [Fact]
    public async Task A_life_that_the_API_server_does_not_give_is_named_with_its_flag()
    {
        RenderException e = await FailsAsync(Options with { TokenDuration = TimeSpan.FromSeconds(1) });

        e.ErrorId.ShouldBe("TokenNotCreated");
        e.NextStep.ShouldContain("--token-duration");
    }

    [Fact]
    public async Task A_revision_is_looked_for_under_its_names()
    {
        RenderException e = await FailsAsync(Options with { Revision = "r1", ClusterId = "c" });

        (e.Failure, e.ErrorId).ShouldBe((RenderFailure.Cluster, "ConfigMapNotFound"));
        e.Message.ShouldBeGolden();
    }

    [Fact]
    public async Task A_cluster_id_that_is_not_found_is_told_before_anything_is_written()
    {
        RenderException e = await FailsAsync(Options with { Revision = "r1" });

        e.ErrorId.ShouldBe("ClusterIdUnknown");
    }

    [Fact]
    public async Task Injector_values_that_cannot_be_read_fail_the_command()
    {
        await PatchAsync("istio-system", "istio-sidecar-injector", "values", "{");

        RenderException e = await FailsAsync(Options);

        e.ErrorId.ShouldBe("ClusterIdUnknown");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"global": {"multiCluster": {"clusterName": 5}}}""")]
    [InlineData("""{"global": {"multiCluster": {"clusterName": ""}}}""")]
    [InlineData("""{"global": "x"}""")]
    public async Task Without_a_cluster_name_the_id_is_empty(string values)
    {
        await PatchAsync("istio-system", "istio-sidecar-injector", "values", values);

        await BootConfigurationRenderer.RenderAsync(Options);

        (await File.ReadAllTextAsync(Path.Combine(Out, "cluster.env"))).ShouldContain("ISTIO_META_CLUSTER_ID=''\n");
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_told()
    {
        RenderException e = await FailsAsync(Options with { Name = "gone" });
        e.NextStep.ShouldBe("kubectl get workloadgroups -n bookinfo");
    }

    [Fact]
    public async Task B17_A_cluster_that_does_not_answer_is_not_said_to_lack_anything()
    {
        RenderException e = await FailsAsync(Options with { Kubeconfig = await KubeconfigAsync(@"https://[^\s""]+", "https://127.0.0.1:1") });

        (e.Failure, e.ErrorId, e.NextStep).ShouldBe((RenderFailure.Cluster, RenderErrorIds.ClusterUnavailable, "kubectl get --raw /readyz"));
    }

    [Fact]
    public async Task B17_A_caller_whom_the_cluster_does_not_know_is_told_that()
    {
        RenderException e = await FailsAsync(Options with { Kubeconfig = await KubeconfigAsync(@"(?<=token""?: ""?)[^\s"",}]+", "made-up") });

        e.ErrorId.ShouldBe(RenderErrorIds.ClusterUnauthorized);
    }

    [Fact]
    public async Task B17_A_caller_who_may_not_read_is_told_that()
    {
        string token = (await _client.CreateTokenAsync("bookinfo", "default", [], TimeSpan.FromHours(1))).Token;

        RenderException e = await FailsAsync(Options with { Kubeconfig = await KubeconfigAsync(@"(?<=token""?: ""?)[^\s"",}]+", token) });

        e.ErrorId.ShouldBe(RenderErrorIds.ClusterForbidden);
    }

    [Theory]
    [InlineData("../configmaps/istio")]
    [InlineData("a/b")]
    public async Task A_name_no_object_can_have_reads_nothing_else(string name) =>
        (await FailsAsync(Options with { Name = name })).ErrorId.ShouldBe("WorkloadGroupNotFound");

    [Fact]
    public async Task Without_a_root_certificate_nothing_is_written()
    {
        await File.WriteAllTextAsync(_directory["group.yaml"], "metadata: {name: ratings, namespace: elsewhere}\nspec: {}\n");

        RenderException e = await FailsAsync(Options with { WorkloadGroupFile = _directory["group.yaml"] });
        Directory.Exists(Out).ShouldBeFalse();
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("")]
    public async Task Without_a_service_account_there_is_no_token(string account)
    {
        await CreateGroupAsync("lone", $$$"""{"template": {"serviceAccount": "{{{account}}}", "network": "n"}}""");

        RenderException e = await FailsAsync(Options with { Name = "lone" });

        e.ErrorId.ShouldBe("TokenNotCreated");
        Directory.Exists(Out).ShouldBeFalse();
    }

    [Theory]
    [InlineData("istio-eastwestgateway", "127.0.0.1 istiod.istio-system.svc\n")]
    [InlineData("istio-eastwestgateway.istio-system", "127.0.0.1 istiod.istio-system.svc\n")]
    [InlineData("absent", "")]
    [InlineData("a.b.c", "")]
    public async Task The_ingress_service_gives_hosts(string service, string hosts)
    {
        await BootConfigurationRenderer.RenderAsync(Options with { IngressService = service });

        (await File.ReadAllTextAsync(Path.Combine(Out, "hosts"))).ShouldBe(hosts);
    }

    [Fact]
    public async Task Like_istioctl_a_hostname_of_a_load_balancer_gives_no_hosts_and_a_warning()
    {
        await _client.PatchAsync<V1Service>(
            "istio-system",
            "istio-eastwestgateway",
            V1Patch.Merge(JsonNode.Parse("""{"status": {"loadBalancer": {"ingress": [{"hostname": "lb.example.com"}, {"ip": "10.0.0.1"}]}}}""")!),
            new PatchOptions { Subresource = "status" });

        RenderResult result = await BootConfigurationRenderer.RenderAsync(Options);

        (await File.ReadAllTextAsync(Path.Combine(Out, "hosts"))).ShouldBeEmpty();
        result.Warnings.ShouldContain(w => w.StartsWith("hosts is empty", StringComparison.Ordinal));
    }

    /// <summary>Recorded cases whose group came from the API server.</summary>
    public static TheoryData<string> RecordedFromApiServer => [.. RecordedCase.From("apiserver")];

    [Theory]
    [MemberData(nameof(RecordedFromApiServer))]
    public async Task The_command_writes_what_istio_recorded_of_a_group_in_the_api_server(string directory)
    {
        JsonNode given = RecordedCase.Read(directory);
        var recorded = (JsonObject)ResourceReader.ReadManifest(Encoding.UTF8.GetBytes(IstioData.Text(directory, "workloadgroup.yaml"))).Value!.Single();
        string name = recorded["metadata"]!["name"]!.GetValue<string>();
        string @namespace = recorded["metadata"]!["namespace"]!.GetValue<string>();
        await StoreAsync(recorded, name, @namespace);
        await PatchAsync("istio-system", "istio", "mesh", IstioData.Text(directory, "meshconfig.yaml"));
        using var output = new StringWriter();
        using var errors = new StringWriter();

        int code = await RenderCommand.Create(output, errors).Parse([
            "--kubeconfig", _plane.KubeconfigPath, "--name", name, "--namespace", @namespace, "--output", Out, "--cluster-id", Text("clusterID"),
            "--revision", Text("revision"), "--istio-namespace", Text("istioNamespace"), "--auto-register", Flag("autoregister"), "--capture-dns", Flag("captureDns"),
            "--internal-ip", Text("internalIP"), "--external-ip", Text("externalIP")]).InvokeAsync();

        if (IstioData.TextIfAny(directory, "expected", "mesh.yaml") is not null)
        {
            code.ShouldBe(0, errors.ToString());
            RecordedCase.Compare(given, directory, await FileAsync("cluster.env"), await FileAsync("mesh.yaml"));
        }
        else if ((recorded["spec"]?["template"]?["serviceAccount"]?.GetValue<string>() ?? "").Length == 0)
        {
            // Where Istio crashes there is a sensible end: as for any group of the API server that names no service account.
            code.ShouldBe(4, errors.ToString());
            errors.ToString().ShouldBeGolden();
            Directory.Exists(Out).ShouldBeFalse();
        }
        else
        {
            code.ShouldBe(0, errors.ToString());
            (await FileAsync("cluster.env")).ShouldContain($"ISTIO_SERVICE='{name}.{@namespace}'\n");
        }

        string Text(string key) => given[key]?.GetValue<string>() ?? "";
        string Flag(string key) => given[key]!.GetValue<bool>() ? "true" : "false";
    }

    private Task<string> FileAsync(string name) => File.ReadAllTextAsync(Path.Combine(Out, name));

    /// <summary>Stores a group as it is, in a namespace that has what a token needs.</summary>
    private async Task StoreAsync(JsonObject group, string name, string @namespace)
    {
        if (await _client.TryGetAsync<V1Namespace>(null, @namespace) is null)
        {
            await _client.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = @namespace } });
        }

        await CreateGroupAsync(name, (group["spec"] ?? new JsonObject()).ToJsonString(), @namespace, group["metadata"]!["annotations"]);
        string account = group["spec"]?["template"]?["serviceAccount"]?.GetValue<string>() ?? "";
        if (account.Length > 0 && account != "default")
        {
            await _client.CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = account, Namespace = @namespace } });
        }

        await Eventually.Is(
            async () => await _client.TryGetAsync<V1ConfigMap>(@namespace, "istio-ca-root-cert") is not null, "the namespace is filled");
    }

    // The plane's own, with something else in one place.
    private async Task<string> KubeconfigAsync(string pattern, string replacement)
    {
        string path = _directory["other.kubeconfig"];
        await File.WriteAllTextAsync(path, Regex.Replace(await File.ReadAllTextAsync(_plane.KubeconfigPath), pattern, replacement));
        return path;
    }

    private Task<RenderException> FailsAsync(RenderOptions options) =>
        Should.ThrowAsync<RenderException>(() => BootConfigurationRenderer.RenderAsync(options));

    private Task<WorkloadGroup> CreateGroupAsync(string name, string spec, string @namespace = "bookinfo", JsonNode? annotations = null) =>
        _client.CreateAsync(WorkloadGroup.FromJson(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace, ["annotations"] = annotations?.DeepClone() },
            ["spec"] = JsonNode.Parse(spec),
        }));

    private Task<V1ConfigMap> PatchAsync(string ns, string name, string key, string text) => _client.PatchAsync<V1ConfigMap>(
        ns, name, V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { [key] = text } }));
}
