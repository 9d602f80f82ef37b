using System.Text.Json.Nodes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>Our own kinds: what is stored as it came, completed, pruned or refused.</summary>
public sealed class OurValidationTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private const string Rule = """{"workloads":[{"jwt":{"issuer":"https://id.example","subjects":["a"]}}],"onboardTo":[{"workloadGroupSelector":{}}]}""";

    private static readonly string Thumbprint = new('A', 43);

    public static TheoryData<string, string> Valid => new()
    {
        { "OnboardingPolicy", $$"""{"allow":[{{Rule}}]}""" },
        { "OnboardingPolicy", $$"""{"allow":[{{Rule}},{{Rule}}]}""" },
        { "OnboardingPolicy", """{"allow":[{"workloads":[{"aws":{"accounts":["111122223333"],"ec2":{}}}],"onboardTo":[{"workloadGroupSelector":{"matchLabels":{"a":"b"}}}]}]}""" },
        { "OnboardingPlane", "{}" },
        { "OnboardingPlane", """{"gracePeriod":"5m","minimumTransport":"Verified","keyBinding":{"onNewKey":"Refuse"}}""" },
        { "WorkloadAutoRegistration", """{"identity":{"jwt":{"issuer":"https://id.example","subject":"a"}},"registration":{"agent":{"version":"v1"}}}""" },
        { "WorkloadKeyBinding", $$"""{"identity":"jwt https://id.example a","jkt":"{{Thumbprint}}"}""" },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Good_documents_are_stored_as_they_came(string kind, string spec)
    {
        ApiAnswer made = (await PostAsync(kind, spec)).Expect(201);
        made.Warnings.ShouldBeEmpty();
        JsonNode.DeepEquals(made.Json["spec"], JsonNode.Parse(spec)).ShouldBeTrue(made.Text);
        made["metadata", "generation"].ShouldBe("1");
    }

    [Theory]
    [InlineData("OnboardingPolicy", "", "spec", "FieldValueRequired")]
    [InlineData("OnboardingPolicy", """{"allow":"all"}""", "spec.allow", "FieldValueTypeInvalid")]
    [InlineData("OnboardingPolicy", """{"allow":[{"onboardTo":[{"workloadGroupSelector":{}}]}]}""", "spec.allow[0].workloads", "FieldValueRequired")]
    [InlineData("OnboardingPolicy", """{"allow":[{"workloads":[{"jwt":{"issuer":"https://a","subjects":["a"]}}]}]}""", "spec.allow[0].onboardTo", "FieldValueRequired")]
    [InlineData("OnboardingPolicy", """{"allow":[{"workloads":[{}],"onboardTo":[{"workloadGroupSelector":{}}]}]}""", "spec.allow[0].workloads[0]", "FieldValueRequired")]
    [InlineData("OnboardingPolicy", """{"allow":[{"workloads":[{"aws":{"ec2":{}}}],"onboardTo":[{"workloadGroupSelector":{}}]}]}""", "spec.allow[0].workloads[0].aws.accounts", "FieldValueRequired")]
    [InlineData("OnboardingPolicy", """{"allow":[{"workloads":[{"aws":{"accounts":["1"],"ec2":{}}}],"onboardTo":[{"workloadGroupSelector":{}}]}]}""", "spec.allow[0].workloads[0].aws.accounts[0]", "FieldValueInvalid")]
    [InlineData("OnboardingPolicy", """{"allow":[{"workloads":[{"jwt":{"issuer":"ftp://a","subjects":["a"]}}],"onboardTo":[{"workloadGroupSelector":{}}]}]}""", "spec.allow[0].workloads[0].jwt.issuer", "FieldValueInvalid")]
    [InlineData("OnboardingPlane", """{"gracePeriod":"soon"}""", "spec.gracePeriod", "FieldValueInvalid")]
    [InlineData("OnboardingPlane", """{"minimumTransport":"None"}""", "spec.minimumTransport", "FieldValueNotSupported")]
    [InlineData("OnboardingPlane", """{"keyBinding":{"onNewKey":"Ignore"}}""", "spec.keyBinding.onNewKey", "FieldValueNotSupported")]
    [InlineData("OnboardingPlane", """{"workloads":{"authentication":{"jwt":{"issuers":[{"shortName":"x"}]}}}}""", "spec.workloads.authentication.jwt.issuers[0].issuer", "FieldValueRequired")]
    [InlineData("WorkloadAutoRegistration", "", "spec", "FieldValueRequired")]
    [InlineData("WorkloadAutoRegistration", """{"registration":{}}""", "spec.identity", "FieldValueRequired")]
    [InlineData("WorkloadAutoRegistration", """{"identity":{}}""", "spec.registration", "FieldValueRequired")]
    [InlineData("WorkloadAutoRegistration", """{"identity":"me","registration":{}}""", "spec.identity", "FieldValueTypeInvalid")]
    [InlineData("WorkloadKeyBinding", "", "spec", "FieldValueRequired")]
    [InlineData("WorkloadKeyBinding", """{"identity":"a"}""", "spec.jkt", "FieldValueRequired")]
    [InlineData("WorkloadKeyBinding", """{"identity":"a","jkt":""}""", "spec.jkt", "FieldValueInvalid")]
    [InlineData("WorkloadKeyBinding", """{"identity":"a","jkt":"short"}""", "spec.jkt", "FieldValueInvalid")]
    [InlineData("WorkloadKeyBinding", """{"identity":"a","jkt":7}""", "spec.jkt", "FieldValueTypeInvalid")]
    public async Task Bad_documents_are_refused_field_by_field(string kind, string spec, string field, string reason)
    {
        ApiAnswer answer = await PostAsync(kind, spec);
        answer.Refused(422, "Invalid").ShouldBeGolden();
        (answer["details", "kind"], answer["details", "group"], answer["details", "name"]).ShouldBe((kind, Group(kind), "x"));
        answer.Json["details"]!["causes"]!.AsArray().Select(c => $"{c!["field"]} {c["reason"]}").ShouldContain($"{field} {reason}", answer.Text);
    }

    [Theory]
    [InlineData("OnboardingPolicy", """{"allow":[],"colour":"red"}""", "spec.colour", true)]
    [InlineData("OnboardingPlane", """{"colour":"red"}""", "spec.colour", true)]
    [InlineData("WorkloadEntry", """{"address":"1.1.1.1","colour":"red"}""", "spec.colour", false)]
    public async Task Unknown_fields_are_told(string kind, string spec, string field, bool stays)
    {
        string good = spec.Replace("[]", $"[{Rule}]", StringComparison.Ordinal);
        ApiAnswer strict = await PostAsync(kind, good, "?fieldValidation=Strict");
        strict.Refused(400, "BadRequest").ShouldContain($"strict decoding error: unknown field \"{field}\"");
        ApiAnswer warned = (await PostAsync(kind, good)).Expect(201);
        warned.Warnings.ShouldHaveSingleItem().ShouldContain($"unknown field \\\"{field}\\\"");
        // Kinds whose fields the schema leaves open keep what newer versions may know.
        warned["spec", "colour"].ShouldBe(stays ? "red" : null);
    }

    [Fact]
    public async Task Generation_counts_changes_of_the_desired_state_only()
    {
        string space = await fixture.NamespaceAsync();
        string path = await MakeAsync(space);
        (await Generation("""{"metadata":{"labels":{"a":"b"}}}""")).ShouldBe("1");
        (await Generation("""{"spec":{"gracePeriod":"10m"}}""")).ShouldBe("2");
        (await Generation("""{"spec":{"gracePeriod":"10m"}}""")).ShouldBe("2");
        (await Generation("""{"metadata":{"generation":7}}""")).ShouldBe("2");
        (await fixture.Client.MergeAsync($"{path}/status", """{"status":{"uid":"u"}}""")).Expect(200)["metadata", "generation"].ShouldBe("2");
        ApiAnswer both = await fixture.Client.MergeAsync(path, """{"status":{"uid":"other"},"spec":{"gracePeriod":"11m"}}""");
        (both["status", "uid"], both["metadata", "generation"]).ShouldBe(("u", "3"));

        async Task<string?> Generation(string patch) => (await fixture.Client.MergeAsync(path, patch)).Expect(200)["metadata", "generation"];
    }

    [Fact]
    public async Task A_status_is_validated_too_and_changes_nothing_else()
    {
        string space = await fixture.NamespaceAsync();
        string path = await MakeAsync(space);
        ApiAnswer wrong = await fixture.Client.MergeAsync($"{path}/status", """{"status":{"conditions":[{"type":"Ready","status":"Maybe"}]}}""");
        wrong.Refused(422, "Invalid");
        (wrong["details", "causes", "0", "field"], wrong["details", "causes", "0", "reason"])
            .ShouldBe(("status.conditions[0].status", "FieldValueNotSupported"));
        ApiAnswer twice = await fixture.Client.MergeAsync(
            $"{path}/status", """{"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"Ready","status":"False"}]}}""");
        twice.Refused(422, "Invalid").ShouldContain("Duplicate value");
        ApiAnswer right = await fixture.Client.MergeAsync($"{path}/status", """{"status":{"uid":"u"},"spec":{"gracePeriod":"1h"}}""");
        (right.Expect(200)["status", "uid"], right["spec", "gracePeriod"]).ShouldBe(("u", null));
    }

    [Fact]
    public async Task Built_in_kinds_get_their_defaults()
    {
        string space = await fixture.NamespaceAsync();
        ApiAnswer service = await fixture.Client.PostAsync(
            $"/api/v1/namespaces/{space}/services", """{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}}""");
        service.Expect(201);
        (service["spec", "type"], service["spec", "ports", "0", "protocol"], service["spec", "ports", "0", "targetPort"])
            .ShouldBe(("ClusterIP", "TCP", "80"));
        ApiAnswer secret = await fixture.Client.PostAsync(
            $"/api/v1/namespaces/{space}/secrets", """{"metadata":{"name":"s"},"stringData":{"a":"b"}}""");
        (secret.Expect(201)["type"], secret["data", "a"], secret["stringData"]).ShouldBe(("Opaque", "Yg==", null));
    }

    private async Task<string> MakeAsync(string space)
    {
        string path = $"/apis/install.onboarding.tetrate.io/v1alpha1/namespaces/{space}/onboardingplanes";
        (await fixture.Client.PostAsync(path, """{"metadata":{"name":"x"},"spec":{}}""")).Expect(201);
        return $"{path}/x";
    }

    private async Task<ApiAnswer> PostAsync(string kind, string spec, string query = "")
    {
        string plural = kind == "OnboardingPolicy" ? "onboardingpolicies" : kind == "WorkloadEntry" ? "workloadentries" : $"{kind.ToLowerInvariant()}s";
        string version = kind == "WorkloadEntry" ? "v1" : "v1alpha1";
        string body = $$"""{"apiVersion":"{{Group(kind)}}/{{version}}","kind":"{{kind}}","metadata":{"name":"x"}{{(spec.Length > 0 ? $",\"spec\":{spec}" : "")}}}""";
        return await fixture.Client.PostAsync(
            $"/apis/{Group(kind)}/{version}/namespaces/{await fixture.NamespaceAsync()}/{plural}{query}", body);
    }

    private static string Group(string kind) => kind switch
    {
        "OnboardingPolicy" => "authorization.onboarding.tetrate.io",
        "OnboardingPlane" => "install.onboarding.tetrate.io",
        "WorkloadEntry" => "networking.istio.io",
        _ => "runtime.onboarding.tetrate.io",
    };
}
