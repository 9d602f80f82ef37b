using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance;

[Collection(ConformanceSuite.Name)]
public sealed class RefusalCases(ConformanceServers servers)
{
    private const string Entries = "apis/networking.istio.io/v1";
    private const string Policies = "apis/authorization.onboarding.tetrate.io/v1alpha1";

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_bad_name_says_what_names_are_like(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        KubernetesException refusal = await Stage.RefusedAsync(stage.ConfigMapAsync("Upper_Case"), 422, StatusReason.Invalid);
        refusal.Status.Message.ShouldNotBeNull().ShouldStartWith(
            "ConfigMap \"Upper_Case\" is invalid: metadata.name: Invalid value: \"Upper_Case\": a ");
        (refusal.Status.Details!.Name, refusal.Status.Details.Kind).ShouldBe(("Upper_Case", "ConfigMap"));
        V1StatusCause cause = refusal.Status.Details.Causes.ShouldHaveSingleItem();
        (cause.Reason, cause.Field).ShouldBe(("FieldValueInvalid", "metadata.name"));
    }

    [Theory]
    [OnEmbedded]
    [OnKubernetes]
    public async Task Every_problem_of_an_object_is_a_cause(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        RawAnswer answer = await PostAsync(stage, """{"allow":[{"workloads":[],"onboardTo":[{}]}],"deny":[{"workloads":"x"},{"onboardTo":[]}]}""");
        answer.Expect(422)["message"].ShouldNotBeNull().ShouldStartWith("OnboardingPolicy.authorization.onboarding.tetrate.io \"p\" is invalid: ");
        (answer["reason"], answer["details", "kind"], answer["details", "group"])
            .ShouldBe(("Invalid", "OnboardingPolicy", "authorization.onboarding.tetrate.io"));

        // Old servers leave the index out, and say Invalid of a wrong type.
        string[] causes = [.. answer.Json["details"]!["causes"]!.AsArray().Select(c => $"{c!["field"]!.ToString().Split('[')[0]}{c["field"]!.ToString().Split(']').ElementAtOrDefault(1)} {c["reason"]}")];
        causes.ShouldContain("spec.allow.workloads FieldValueInvalid");
        causes.ShouldContain("spec.deny.workloads FieldValueRequired");
        causes.ShouldContain(c => c == "spec.deny.workloads FieldValueTypeInvalid" || c == "spec.deny.workloads FieldValueInvalid");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_policy_without_spec_and_a_binding_without_key_are_refused(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        RawAnswer policy = await stage.Raw.PostAsync(stage.Path(Policies, "onboardingpolicies"), Document("authorization", "OnboardingPolicy", ""));
        policy.Expect(422)["details", "causes", "0", "field"].ShouldBe("spec");
        policy["details", "causes", "0", "reason"].ShouldBe("FieldValueRequired");
        RawAnswer binding = await stage.Raw.PostAsync(
            stage.Path("apis/runtime.onboarding.tetrate.io/v1alpha1", "workloadkeybindings"),
            Document("runtime", "WorkloadKeyBinding", ",\"spec\":{\"identity\":\"jwt:x\"}"));
        binding.Expect(422)["details", "causes", "0", "field"].ShouldBe("spec.jkt");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Unknown_fields_of_built_in_kinds_are_dropped(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        RawAnswer made = await stage.Raw.PostAsync(
            stage.Path("api/v1", "configmaps"), """{"metadata":{"name":"a"},"data":{"k":"v"},"colour":"red"}""");
        made.Expect(201)["colour"].ShouldBeNull();
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Unknown_fields_of_custom_kinds_are_pruned(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        RawAnswer made = await stage.Raw.PostAsync(
            stage.Path(Entries, "workloadentries"),
            """{"apiVersion":"networking.istio.io/v1","kind":"WorkloadEntry","metadata":{"name":"e"},"spec":{"address":"10.0.0.1","colour":"red"}}""");
        made.Expect(201)["spec", "colour"].ShouldBeNull();
    }

    [Theory, OnEmbedded, OnKubernetes(MinServer = "1.25")]
    public async Task Strict_validation_refuses_unknown_fields(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        const string Body = """{"apiVersion":"networking.istio.io/v1","kind":"WorkloadEntry","metadata":{"name":"e"},"spec":{"address":"10.0.0.1","colour":"red"}}""";
        RawAnswer strict = await stage.Raw.PostAsync(stage.Path(Entries, "workloadentries?fieldValidation=Strict"), Body);
        strict.Expect(400)["message"].ShouldNotBeNull().ShouldContain("strict decoding error: unknown field \"spec.colour\"");
        RawAnswer warned = await stage.Raw.PostAsync(stage.Path(Entries, "workloadentries"), Body);
        warned.Expect(201).Warnings.ShouldHaveSingleItem().ShouldContain("unknown field");
    }

    [Theory, OnEmbedded, OnKubernetes(MinServer = "1.25")]
    public async Task Rules_of_a_definition_are_enforced(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        KubernetesException refusal = await Stage.RefusedAsync(stage.EntryAsync("e", "unix://relative"), 422, StatusReason.Invalid);
        refusal.Status.Message.ShouldNotBeNull().ShouldContain("UDS must be an absolute path or abstract socket");
    }

    [Theory]
    [OnEmbedded("oneOf", "minimum", "maximum", "pattern", "maxProperties", "required")]
    [OnKubernetes("oneOf", "minimum", "maximum", "pattern", "maxProperties", "required")]
    public async Task Limits_of_a_definition_are_enforced_in_the_same_words(ServerKind server, string limit)
    {
        Stage stage = await servers.StageAsync(server);
        string ports = string.Join(',', Enumerable.Range(0, 129).Select(i => $"\"p{i}\":1"));
        (string spec, string field, string message) = limit switch
        {
            "oneOf" => ("""{"template":{},"probe":{"exec":{"command":["a"]},"tcpSocket":{"port":1}}}""", "spec.probe",
                "Invalid value: \"\": \"spec.probe\" must validate one and only one schema (oneOf). Found 2 valid alternatives"),
            "minimum" => ("""{"template":{"weight":-1}}""", "spec.template.weight", "Invalid value: -1: spec.template.weight in body should be greater than or equal to 0"),
            "maximum" => ("""{"template":{"weight":4294967296}}""", "spec.template.weight", "should be less than or equal to 4294967295"),
            "pattern" => ("""{"template":{},"probe":{"httpGet":{"port":80,"httpHeaders":[{"name":"**"}]}}}""", "spec.probe.httpGet.httpHeaders.name", "in body should match '^[-_A-Za-z0-9]+$'"),
            "maxProperties" => ("{\"template\":{\"ports\":{" + ports + "}}}", "spec.template.ports", "128"),
            _ => ("""{"template":{},"probe":{"httpGet":{}}}""", "spec.probe.httpGet.port", "Required value"),
        };
        RawAnswer answer = await stage.Raw.PostAsync(
            stage.Path(Entries, "workloadgroups"),
            "{\"apiVersion\":\"networking.istio.io/v1\",\"kind\":\"WorkloadGroup\",\"metadata\":{\"name\":\"g\"},\"spec\":" + spec + "}");
        answer.Expect(422)["details", "causes", "0", "message"].ShouldNotBeNull().ShouldContain(message);
        // Old servers leave the index out, and the field of what several fields do together.
        string at = answer["details", "causes", "0", "field"]!;
        at.Replace("[0]", "", StringComparison.Ordinal).ShouldBeOneOf(limit == "oneOf" ? [field, "<nil>"] : [field]);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Taking_the_last_label_away_takes_the_field_away(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        (await stage.Raw.PostAsync(stage.Path("api/v1", "configmaps"), """{"metadata":{"name":"a","labels":{"a":"b"},"annotations":{}}}""")).Expect(201);
        RawAnswer bare = await stage.Raw.PatchAsync(
            stage.Path("api/v1", "configmaps/a"), """{"metadata":{"labels":{"a":null}}}""", "application/merge-patch+json");
        bare.Expect(200).Json["metadata"]!.AsObject().Select(f => f.Key).ShouldNotContain(name => name == "labels" || name == "annotations");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_dry_run_says_what_would_be_and_stores_nothing(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        var dry = new WriteOptions { DryRun = true };
        var wanted = new V1ConfigMap { Metadata = new() { Namespace = stage.Namespace, Name = "a" } };
        (await stage.Client.CreateAsync(wanted, dry)).Metadata.Uid.ShouldNotBeNullOrEmpty();
        (await stage.Client.TryGetAsync<V1ConfigMap>(stage.Namespace, "a")).ShouldBeNull();
        V1ConfigMap made = await stage.Client.CreateAsync(wanted);
        await Stage.RefusedAsync(stage.Client.CreateAsync(wanted, dry), 409, StatusReason.AlreadyExists);
        V1ConfigMap would = await stage.Client.UpdateAsync(made with { Data = new Dictionary<string, string> { ["k"] = "v" } }, dry);
        would.Data["k"].ShouldBe("v");
        await stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, "a", new DeleteOptions { DryRun = true });
        (await stage.Client.GetAsync<V1ConfigMap>(stage.Namespace, "a")).Metadata.ResourceVersion.ShouldBe(made.Metadata.ResourceVersion);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Broken_bodies_and_wrong_kinds_are_bad_requests(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        string path = stage.Path("api/v1", "configmaps");
        (await stage.Raw.PostAsync(path, "{")).Expect(400)["reason"].ShouldBe("BadRequest");
        (await stage.Raw.PostAsync(path, """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}""")).Expect(400);
        RawAnswer elsewhere = await stage.Raw.PostAsync(path, """{"metadata":{"name":"a","namespace":"other"}}""");
        elsewhere.Expect(400)["message"].ShouldNotBeNull().ShouldContain("does not match the namespace");
        (await stage.Raw.PostAsync(path, """{"metadata":{"name":"a","resourceVersion":"1"}}""")).Code.ShouldBeOneOf(400, 500);
        (await stage.Raw.PutAsync(path, "{}")).Expect(405)["reason"].ShouldBe("MethodNotAllowed");
        (await stage.Raw.PostAsync(path, "x", "text/plain")).Expect(415)["reason"].ShouldBe("UnsupportedMediaType");
        (await stage.Raw.GetAsync(stage.Path("api/v1", "nonsense"))).Code.ShouldBe(404);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Bodies_may_be_yaml(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        RawAnswer made = await stage.Raw.PostAsync(
            stage.Path("api/v1", "configmaps"), "metadata:\n  name: a\n  labels: {\"on\": \"yes\"}\ndata:\n  k: |\n    two\n    lines\n", "application/yaml");
        made.Expect(201)["data", "k"].ShouldBe("two\nlines\n");
        V1ConfigMap read = await stage.Client.GetAsync<V1ConfigMap>(stage.Namespace, "a");
        read.Metadata.Labels["on"].ShouldBe("yes");
        (await stage.Raw.PostAsync(stage.Path("api/v1", "configmaps"), "metadata: {name: b}\ndata: {k: 1}", "application/yaml")).Expect(400);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_definition_says_that_its_names_are_accepted(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        RawAnswer definition = await stage.Raw.GetAsync(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/workloadautoregistrations.runtime.onboarding.tetrate.io");
        definition.Expect(200).Json["status"]!["conditions"]!.AsArray().Select(c => $"{c!["type"]}={c["status"]}")
            .ShouldBe(["NamesAccepted=True", "Established=True"], ignoreOrder: true);
        definition["status", "acceptedNames", "shortNames", "0"].ShouldBe(WorkloadAutoRegistration.ShortName);
        definition["status", "storedVersions", "0"].ShouldBe("v1alpha1");
    }

    private static Task<RawAnswer> PostAsync(Stage stage, string spec) => stage.Raw.PostAsync(
        stage.Path(Policies, "onboardingpolicies"), Document("authorization", "OnboardingPolicy", $",\"spec\":{spec}"));

    private static string Document(string group, string kind, string rest) =>
        $"{{\"apiVersion\":\"{group}.onboarding.tetrate.io/v1alpha1\",\"kind\":\"{kind}\",\"metadata\":{{\"name\":\"p\"}}{rest}}}";
}
