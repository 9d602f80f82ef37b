using System.Text.Json.Nodes;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Policies;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class PolicyFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_policy_of_another_namespace_decides_nothing()
    {
        PolicyFile file = await ReadAsync(Group("a"), Policy("a", "web", "deny"), Group("b"), Policy("b", "web", "allow"));

        Ask(file, "b").ShouldBe((true, "web"));
        Ask(file, "a").Admitted.ShouldBeFalse();
    }

    [Fact]
    public async Task What_names_no_namespace_is_in_the_one_asked_about()
    {
        PolicyFile file = await ReadAsync(Group(null), Policy(null, "web", "allow"));

        Ask(file, "b").Admitted.ShouldBeTrue();
        Ask(file, "c").Admitted.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_two_objects_of_one_name_the_later_one_is_what_would_be_applied()
    {
        PolicyFile file = await ReadAsync(Group("b"), Group("b"), Policy("b", "web", "deny"), Policy("b", "web", "allow"));

        Ask(file, "b").Admitted.ShouldBeTrue();
    }

    [Fact]
    public async Task The_namespace_of_a_group_is_found_and_asked_for_where_there_are_several()
    {
        PolicyFile file = await ReadAsync(Group("a"), Group("b"), Policy("b", "web", "allow"));

        file.NamespaceOf("ratings", "b").ShouldBe("b");
        file.NamespaceOf("ratings", "c").ShouldBeNull();
        file.NamespaceOf("reviews", null).ShouldBeNull();
        Should.Throw<OnboardingException>(() => file.NamespaceOf("ratings", null)).Message.ShouldContain("a, b");
        (await ReadAsync(Group("b"), Policy("b", "web", "allow"))).NamespaceOf("ratings", null).ShouldBe("b");
        (await ReadAsync(Group(null), Policy(null, "web", "allow"))).NamespaceOf("ratings", null).ShouldBe("default");
    }

    [Theory]
    [InlineData("apiVersion: authorization.onboarding.tetrate.io/v1alpha1\nkind: 1\nmetadata: {name: x}", "kind")]
    [InlineData("apiVersion: authorization.onboarding.tetrate.io/v1alpha1\nkind: OnboardingPolicy\nspec: {}", "metadata")]
    [InlineData("apiVersion: authorization.onboarding.tetrate.io/v1alpha1\nkind: OnboardingPolicy\nmetadata: null", "metadata")]
    [InlineData("apiVersion: authorization.onboarding.tetrate.io/v1alpha1\nkind: OnboardingPolicy\nmetadata: {name: x, namespace: 5}", "metadata.namespace")]
    [InlineData("apiVersion: authorization.onboarding.tetrate.io/v1alpha1\nkind: OnboardingPolicy\nmetadata: [x]", "metadata")]
    [InlineData("[1, 2]", "object")]
    public async Task A_typo_is_told_with_its_place(string document, string place)
    {
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => ReadAsync(Group("b"), document));

        e.ErrorId.ShouldBe(ErrorIds.ConfigurationInvalid);
        e.Message.ShouldContain(place);
        e.Message.ShouldBeGolden();
    }

    public void Dispose() => _directory.Dispose();

    private static (bool Admitted, string? Policy) Ask(PolicyFile file, string ns)
    {
        PolicyFile there = file.In(ns);
        Decision decision = new PolicyJudge(there.Policies, there.Groups, [], new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero)).Ask(
            PolicyJudge.ReadIdentity((JsonObject)JsonNode.Parse("""{"jwt":{"issuer":"https://demo.localhost","subject":"vm-1"}}""")!), ns, "ratings");
        return (decision.Admitted, decision.Policy);
    }

    private static string Group(string? ns) =>
        $$"""{"apiVersion":"networking.istio.io/v1","kind":"WorkloadGroup","metadata":{{Metadata(ns, "ratings")}},"spec":{"template":{} } }""";

    private static string Policy(string? ns, string name, string effect) =>
        $$"""
        {"apiVersion":"authorization.onboarding.tetrate.io/v1alpha1","kind":"OnboardingPolicy","metadata":{{Metadata(ns, name)}},
         "spec":{"{{effect}}":[{"workloads":[{"jwt":{"issuer":"https://demo.localhost","subjects":["vm-1"]} }],"onboardTo":[{"workloadGroupSelector":{} }]}]} }
        """;

    private static string Metadata(string? ns, string name) =>
        ns is null ? $$"""{"name":"{{name}}"}""" : $$"""{"name":"{{name}}","namespace":"{{ns}}"}""";

    private async Task<PolicyFile> ReadAsync(params string[] documents)
    {
        string path = _directory["policies.yaml"];
        await File.WriteAllTextAsync(path, string.Join("\n---\n", documents));
        return await PolicyFile.ReadAsync(path, CancellationToken.None);
    }
}
