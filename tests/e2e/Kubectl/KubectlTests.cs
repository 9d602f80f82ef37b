using System.Diagnostics;
using Onboarding.Api.Istio;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Kubectl;

/// <summary>What people do with kubectl, verb by verb, with the real kubectl against the embedded control plane.</summary>
public sealed class KubectlTests(KubectlPlane plane) : KubectlCase(plane)
{
    [Fact]
    public async Task Apply_creates() =>
        (await ApplyAsync(9080)).ShouldContain("workloadgroup.networking.istio.io/ratings created");

    [Fact]
    public async Task Apply_changes()
    {
        await ApplyAsync(9080);
        (await ApplyAsync(9081)).ShouldContain("workloadgroup.networking.istio.io/ratings configured");
        (await RunAsync("get", "wg", "ratings", "-o", "jsonpath={.spec.template.ports.http}")).ShouldBe("9081");
    }

    [Fact]
    public async Task Apply_of_the_same_changes_nothing()
    {
        await ApplyAsync(9080);
        string before = await VersionAsync();
        (await ApplyAsync(9080)).ShouldContain("workloadgroup.networking.istio.io/ratings unchanged");
        (await VersionAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Apply_server_side_creates_and_leaves_alone()
    {
        string[] apply = ["apply", "--server-side", "-f", "-"];
        (await RunWithAsync(Manifest(9080), apply)).ShouldContain("serverside-applied");
        string before = await VersionAsync();
        (await RunWithAsync(Manifest(9080), apply)).ShouldContain("serverside-applied");
        (await VersionAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Apply_server_side_reports_conflicts_until_it_is_forced()
    {
        await ApplyAsync(9080);
        string[] apply = ["apply", "--server-side", "--field-manager", "other", "-f", "-"];
        string refused = await FailWithAsync(Manifest(9081), apply);
        refused.ShouldContain("conflict with \"kubectl-client-side-apply\"");
        refused.ShouldContain(".spec.template.ports.http");
        (await RunWithAsync(Manifest(9081), [.. apply, "--force-conflicts"])).ShouldContain("serverside-applied");
        (await RunAsync("get", "wg", "ratings", "-o", "jsonpath={.spec.template.ports.http}")).ShouldBe("9081");
    }

    [Fact]
    public async Task Diff_shows_what_apply_would_change()
    {
        await ApplyAsync(9080);
        (await RunWithAsync(Manifest(9080), "diff", "-f", "-")).ShouldBe("");
        string diff = await FailWithAsync(Manifest(9081), "diff", "-f", "-");
        diff.ShouldContain("-      http: 9080");
        diff.ShouldContain("+      http: 9081");
        (await RunAsync("get", "wg", "ratings", "-o", "jsonpath={.spec.template.ports.http}")).ShouldBe("9080");
    }

    [Fact]
    public async Task Get_shows_a_table()
    {
        await ApplyAsync(9080);
        await RegistrationAsync("r");
        (await RunAsync("get", "workloadgroups")).ShouldMatch(@"^NAME +AGE\nratings +\d+s\n$");
        (await RunAsync("get", "workloadautoregistrations")).ShouldMatch(@"^NAME +AGENT CONNECTED +AGE\nr +\d+s\n$");
    }

    [Fact]
    public async Task Get_o_yaml_shows_the_object()
    {
        await ApplyAsync(9080);
        string yaml = await RunAsync("get", "wg", "ratings", "-o", "yaml");
        yaml.ShouldStartWith("apiVersion: networking.istio.io/v1\nkind: WorkloadGroup\n");
        yaml.ShouldContain("\n  generation: 1\n");
        yaml.ShouldContain("\n      http: 9080\n");
        (await RunAsync("get", "workloadgroups,war", "-o", "yaml")).ShouldContain("kind: List");
    }

    [Fact]
    public async Task Get_w_shows_changes_as_they_happen()
    {
        await ApplyAsync(9080);
        using Process watch = Plane.Kubectl.Start(["-n", Namespace, "get", "cm", "-w", "-o", "name"]);
        await LineAsync(watch, "configmap/istio-ca-root-cert");
        await RunAsync("create", "configmap", "a", "--from-literal=k=v");
        await LineAsync(watch, "configmap/a");
        await RunAsync("label", "cm", "a", "l=m");
        await LineAsync(watch, "configmap/a");
        watch.Kill();
    }

    [Fact]
    public async Task Get_l_selects_by_labels()
    {
        await ConfigMapsAsync("a", "b", "c");
        await RunAsync("label", "cm", "a", "tier=back");
        await RunAsync("label", "cm", "b", "tier=front");
        (await NamesAsync("-l", "tier=back")).ShouldBe(["a"]);
        (await NamesAsync("-l", "tier in (back,front)")).ShouldBe(["a", "b"]);
        (await NamesAsync("-l", "tier,tier!=back")).ShouldBe(["b"]);
        (await NamesAsync("-l", "!tier,!istio.io/config")).ShouldBe(["c"]);
    }

    [Fact]
    public async Task Get_field_selector_selects_by_fields()
    {
        await ConfigMapsAsync("a", "b");
        (await NamesAsync("--field-selector", "metadata.name=a")).ShouldBe(["a"]);
        (await NamesAsync("--field-selector", "metadata.name!=a,metadata.name!=istio-ca-root-cert,metadata.name!=istio-ca-crl")).ShouldBe(["b"]);
        (await FailAsync("get", "wg", "--field-selector", "spec.template.network=n")).ShouldBeGolden();
    }

    [Fact]
    public async Task Get_A_shows_every_namespace()
    {
        await ApplyAsync(9080);
        (await RunAsync("get", "wg", "-A")).ShouldMatch($@"NAMESPACE +NAME +AGE\n(.*\n)*{Namespace} +ratings +\d+s\n");
    }

    [Fact]
    public async Task Get_knows_short_names()
    {
        await ApplyAsync(9080);
        foreach (string name in (string[])["wg", "we", "war", "cm", "sa", "svc", "ev", "ns", "crd"])
        {
            await RunAsync("get", name);
        }

        (await RunAsync("get", "wg/ratings", "-o", "name")).ShouldBe("workloadgroup.networking.istio.io/ratings\n");
    }

    [Fact]
    public async Task Describe_tells_what_an_object_is_and_what_happened_to_it()
    {
        await ApplyAsync(9080);
        await EventAsync();
        string words = await RunAsync("describe", "wg", "ratings");
        words.ShouldMatch("Http: +9080");
        words.ShouldMatch("Warning +OnboardingRefused +.*vm-1 refused");
    }

    [Fact]
    public async Task Edit_changes_by_an_editor()
    {
        await ApplyAsync(9080);
        string said = await Plane.Kubectl.RunAsync(
            "", 0, ["-n", Namespace, "edit", "wg", "ratings"], new Dictionary<string, string> { ["KUBE_EDITOR"] = "sed -i s/9080/9090/" });
        said.ShouldContain("workloadgroup.networking.istio.io/ratings edited");
        (await RunAsync("get", "wg", "ratings", "-o", "jsonpath={.spec.template.ports.http}/{.metadata.generation}")).ShouldBe("9090/2");
    }

    [Fact]
    public async Task Patch_strategic_merges_lists_by_their_keys()
    {
        await RunAsync("create", "service", "clusterip", "s", "--tcp=80:8080");
        await RunAsync("patch", "svc", "s", "-p", """{"spec":{"ports":[{"port":81,"name":"more"}]}}""");
        (await RunAsync("get", "svc", "s", "-o", "jsonpath={.spec.ports[*].port}")).Split(' ').ShouldBe(["80", "81"], ignoreOrder: true);
        (await FailAsync("patch", "wg", "x", "-p", "{}")).ShouldContain("not found");
    }

    [Fact]
    public async Task Patch_merge_sets_and_removes()
    {
        await ConfigMapsAsync("a");
        (await RunAsync("patch", "cm", "a", "--type=merge", "-p", """{"data":{"k":null,"l":"w"}}""")).ShouldContain("patched");
        (await RunAsync("get", "cm", "a", "-o", "jsonpath={.data}")).ShouldBe("""{"l":"w"}""");
    }

    [Fact]
    public async Task Patch_json_follows_paths()
    {
        await ConfigMapsAsync("a");
        const string Patch = """[{"op":"test","path":"/data/k","value":"v"},{"op":"replace","path":"/data/k","value":"w"}]""";
        await RunAsync("patch", "cm", "a", "--type=json", "-p", Patch);
        (await RunAsync("get", "cm", "a", "-o", "jsonpath={.data.k}")).ShouldBe("w");
        (await FailAsync("patch", "cm", "a", "--type=json", "-p", Patch)).ShouldContain("test");
    }

    [Fact]
    public async Task Patch_of_the_status_leaves_the_rest_alone()
    {
        await RegistrationAsync("r");
        await ConnectAsync("r");
        (await RunAsync("get", "war", "r")).ShouldMatch(@"r +True +\d+s");
        (await RunAsync("get", "war", "r", "-o", "jsonpath={.metadata.generation}")).ShouldBe("1");
    }

    [Fact]
    public async Task Label_sets_and_removes()
    {
        await ConfigMapsAsync("a");
        await RunAsync("label", "cm", "a", "tier=back");
        (await FailAsync("label", "cm", "a", "tier=front")).ShouldContain("--overwrite is false");
        await RunAsync("label", "cm", "a", "tier=front", "--overwrite");
        (await RunAsync("get", "cm", "a", "-L", "tier")).ShouldContain("front");
        await RunAsync("label", "cm", "a", "tier-");
        (await RunAsync("get", "cm", "a", "-o", "jsonpath={.metadata.labels}")).ShouldBe("");
    }

    [Fact]
    public async Task Annotate_sets_and_removes()
    {
        await ConfigMapsAsync("a");
        await RunAsync("annotate", "cm", "a", "note=x");
        (await RunAsync("get", "cm", "a", "-o", "jsonpath={.metadata.annotations.note}")).ShouldBe("x");
        await RunAsync("annotate", "cm", "a", "note-");
        (await RunAsync("get", "cm", "a", "-o", "jsonpath={.metadata.annotations}")).ShouldBe("");
    }

    [Theory]
    [InlineData("background", false)]
    [InlineData("foreground", false)]
    [InlineData("orphan", true)]
    public async Task Delete_takes_dependents_along_or_leaves_them(string cascade, bool stays)
    {
        V1ConfigMap owner = await ConfigMapAsync("owner");
        await Plane.Client.CreateAsync(new V1ConfigMap
        {
            Metadata = new()
            {
                Namespace = Namespace,
                Name = "dependent",
                OwnerReferences = [new() { ApiVersion = "v1", Kind = "ConfigMap", Name = "owner", Uid = owner.Metadata.Uid! }],
            },
        });
        await RunAsync("delete", "cm", "owner", $"--cascade={cascade}", "--timeout=180s");
        if (!stays)
        {
            await Eventually.Is(async () => await FindAsync("dependent") is null, "the dependent goes");
            return;
        }

        (await FindAsync("dependent")).ShouldNotBeNull().Metadata.OwnerReferences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_wait_waits_until_the_object_is_gone()
    {
        await ConfigMapsAsync("a");
        await RunAsync("patch", "cm", "a", "--type=merge", "-p", """{"metadata":{"finalizers":["example.com/hold"]}}""");
        await RunAsync("delete", "cm", "a", "--wait=false");
        using Process delete = Plane.Kubectl.Start(["-n", Namespace, "delete", "cm", "a", "--wait", "--timeout=180s"]);
        await LineAsync(delete, "configmap \"a\" deleted");
        delete.HasExited.ShouldBeFalse("a finalizer holds it");
        await RunAsync("patch", "cm", "a", "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
        await delete.WaitForExitAsync().WaitAsync(Eventually.Patience);
        delete.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Delete_of_a_namespace_takes_everything_in_it()
    {
        await ApplyAsync(9080);
        await ConfigMapsAsync("a");
        await RunAsync("delete", "ns", Namespace, "--timeout=180s");
        (await FailAsync("get", "wg", "ratings")).ShouldContain("not found");
    }

    [Fact]
    public async Task Wait_for_a_condition_ends_when_it_is_met()
    {
        await RegistrationAsync("r");
        Task<string> wait = RunAsync("wait", "war/r", "--for=condition=AgentConnected", "--timeout=180s");
        await ConnectAsync("r");
        (await wait).ShouldContain("condition met");
    }

    [Fact]
    public async Task Wait_for_deletion_ends_with_the_object()
    {
        await ConfigMapsAsync("a");
        Task<string> wait = RunAsync("wait", "cm/a", "--for=delete", "--timeout=180s");
        await Plane.Client.DeleteAsync<V1ConfigMap>(Namespace, "a");
        await wait;
    }

    [Fact]
    public async Task Api_resources_lists_the_kinds()
    {
        string kinds = await RunAsync("api-resources");
        kinds.ShouldMatch("workloadgroups +wg +networking.istio.io/v1 +true +WorkloadGroup");
        kinds.ShouldMatch(@"workloadautoregistrations +war +runtime\.onboarding\.tetrate\.io/v1alpha1 +true +WorkloadAutoRegistration");
        kinds.ShouldMatch(@"onboardingpolicies +obpolicy +authorization\.onboarding\.tetrate\.io/v1alpha1 +true +OnboardingPolicy");
        kinds.ShouldMatch("namespaces +ns +v1 +false +Namespace");
    }

    [Fact]
    public async Task Explain_tells_what_fields_mean()
    {
        string spec = await RunAsync("explain", "workloadgroup.spec");
        spec.ShouldMatch(@"GROUP: +networking\.istio\.io");
        spec.ShouldMatch(@"template\t<Object> -required-");
        spec.ShouldMatch(@"probe\t<Object>");
        (await RunAsync("explain", "workloadgroup.spec.template.ports")).ShouldContain("Set of ports");
    }

    [Fact]
    public async Task Create_token_makes_one_for_an_audience_and_a_time()
    {
        string token = (await RunAsync("create", "token", "default", "--audience", "istio-ca", "--duration", "20m")).Trim();
        ReviewedToken review = await Plane.Cluster.ReviewTokenAsync(token, "istio-ca");
        review.User.Username.ShouldBe($"system:serviceaccount:{Namespace}:default");
        (await Plane.Cluster.ReviewTokenAsync(token, "other")).Authenticated.ShouldBeFalse();
        (await FailAsync("create", "token", "nobody")).ShouldContain("serviceaccounts \"nobody\"");
    }

    [Fact]
    public async Task Auth_can_i_answers_by_roles()
    {
        await RunAsync("create", "role", "reader", "--verb=get,list", "--resource=workloadgroups.networking.istio.io");
        await RunAsync("create", "rolebinding", "reader", "--role=reader", $"--serviceaccount={Namespace}:default");
        string account = $"system:serviceaccount:{Namespace}:default";
        (await RunAsync("auth", "can-i", "list", "wg", "--as", account)).ShouldContain("yes");
        (await FailAsync("auth", "can-i", "delete", "wg", "--as", account)).ShouldContain("no");
        (await RunAsync("auth", "can-i", "--list", "--as", account)).ShouldMatch(@"workloadgroups\.networking\.istio\.io +\[\] +\[\] +\[get list\]");
        (await RunAsync("auth", "whoami")).ShouldMatch("Username +admin");
    }

    [Fact]
    public async Task Get_events_shows_what_happened()
    {
        (await RunAsync("get", "events")).ShouldContain("No resources found");
        await ApplyAsync(9080);
        await EventAsync();
        (await RunAsync("get", "events")).ShouldMatch(@"Warning +OnboardingRefused +workloadgroup/ratings +vm-1 refused");
        (await RunAsync("get", "events", "--field-selector", "involvedObject.name=other")).ShouldContain("No resources found");
    }

    [Theory]
    [InlineData("http: 9080", "http: 0", "spec.template.ports[http]: Invalid value: 0: port must be between 1-65535")]
    [InlineData("http: 9080", "http: many", "spec.template.ports[http] in body must be of type integer: \"string\"")]
    [InlineData("serviceAccount", "serviceAcount", "unknown field \"spec.template.serviceAcount\"")]
    [InlineData("template", "templates", "spec.template: Required value")]
    [InlineData("name: ratings", "name: Ratings", "metadata.name: Invalid value: \"Ratings\"")]
    [InlineData("kind: WorkloadGroup", "kind: WorkGroup", "no matches for kind \"WorkGroup\"")]
    public async Task Bad_manifests_are_refused(string good, string bad, string why)
    {
        string manifest = Manifest(9080).Replace(good, bad, StringComparison.Ordinal);
        // kubectl's own checks are left out where the server's are meant.
        string[] apply = ["apply", "-f", "-", why.StartsWith("unknown", StringComparison.Ordinal) ? "--validate=strict" : "--validate=ignore"];
        (await FailWithAsync(manifest, apply)).ShouldContain(why);
        (await Plane.Client.ListAsync<WorkloadGroup>(Namespace)).Items.ShouldBeEmpty();
    }
}
