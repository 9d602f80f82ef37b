using System.Text.Json.Nodes;
using Onboarding.Client.Native;
using Onboarding.Documents;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Infrastructure;
using Onboarding.Tests.E2E.Kubectl;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

/// <summary>The roles that are shipped are enough, and what is missing is named.</summary>
public sealed class PermissionTests
{
    /// <summary>Everything in the roles that are shipped for a program.</summary>
    private static Grant[] GrantedTo(string account) =>
    [
        .. Grant.Parse(RbacManifests.Plane.Concat(RbacManifests.Onboarded("bookinfo", "bookinfo-ratings"))
            .Where(d => d["metadata"]!["name"]!.ToString() == account)),
    ];

    [Fact]
    public async Task A_workload_joins_and_leaves_a_plane_that_has_the_shipped_roles_and_no_others()
    {
        await using RestrictedPlane plane = await RestrictedPlane.StartAsync();
        await plane.ApplyRolesAsync();
        await plane.StartEndpointAsync();
        await plane.StartOperatorAsync();
        await plane.Endpoint.Ready.WaitAsync(Eventually.Patience);
        await plane.StartAgentAsync();
        await plane.WaitUntilJoinedAsync();
        await Eventually.Is(
            () => plane.OperatorCalls.Any(c => c is { Verb: "update", Resource: "onboardingpolicies/status" }), "the operator writes the policy's status");

        plane.Agent!.Signal(Signals.Terminate);
        (await plane.Agent.WaitForExitAsync(default)).ShouldBe(0, plane.AllLogs);
        await plane.WaitUntilGoneAsync();
        await plane.Endpoint.StopAsync();
        await plane.StopOperatorAsync();

        plane.AllLogs.ShouldNotContain("forbidden", Case.Insensitive, "nothing was tried that isn't allowed");
        (await plane.Client.ListAsync<V1Lease>("istio-system")).Items
            .ShouldNotContain(l => l.Metadata.Name == "onboarding-instance-restricted", "its Lease was given back");

        UnusedOf(RestrictedPlane.EndpointAccount, plane.EndpointCalls, RareCalls.OfEndpoint.Keys).ShouldBeEmpty("nothing is granted that nothing needs");
        UnusedOf(RestrictedPlane.OperatorAccount, plane.OperatorCalls, RareCalls.OfOperator.Keys).ShouldBeEmpty("nothing is granted that nothing needs");
    }

    [Theory]
    [InlineData(RestrictedPlane.EndpointAccount)]
    [InlineData(RestrictedPlane.OperatorAccount)]
    public void What_is_granted_for_rare_calls_is_granted_for_calls_there_are(string account)
    {
        IReadOnlyDictionary<string, (string File, string Call)> rare =
            account == RestrictedPlane.EndpointAccount ? RareCalls.OfEndpoint : RareCalls.OfOperator;
        rare.Keys.Except(GrantedTo(account).Select(g => g.Permission)).ShouldBeEmpty("calls that the roles forbid");
        foreach ((string permission, (string file, string call)) in rare)
        {
            File.ReadAllText(Path.Combine(Repository.Root, file)).ShouldContain(call, Case.Sensitive, permission);
        }
    }

    [Theory]
    [InlineData("list", "workloadgroups", "workloadgroups.networking.istio.io is forbidden", false)]
    [InlineData("watch", "onboardingpolicies", "onboardingpolicies.authorization.onboarding.tetrate.io is forbidden", false)]
    [InlineData("update", "secrets", "cannot update resource \"secrets\" in API group \"\" in the namespace \"istio-system\"", false)]
    [InlineData("patch", "onboardingplanes/status", "cannot patch resource \"onboardingplanes/status\"", false)]
    [InlineData("create", "leases", "cannot create resource \"leases\" in API group \"coordination.k8s.io\"", false)]
    [InlineData("create", "workloadkeybindings", "cannot create resource \"workloadkeybindings\"", true)]
    [InlineData("create", "workloadautoregistrations", "cannot create resource \"workloadautoregistrations\"", true)]
    [InlineData("patch", "workloadentries", "cannot patch resource \"workloadentries\" in API group \"networking.istio.io\" in the namespace \"bookinfo\"", true)]
    [InlineData("update", "workloadautoregistrations/status", "cannot update resource \"workloadautoregistrations/status\"", true)]
    [InlineData("create", "serviceaccounts/token", "cannot create resource \"serviceaccounts/token\" in API group \"\" in the namespace \"bookinfo\"", true)]
    public async Task A_missing_permission_is_named(string verb, string resource, string message, bool inJoin)
    {
        await using RestrictedPlane plane = await RestrictedPlane.StartAsync();
        await plane.ApplyRolesAsync(without: (verb, resource));
        await plane.StartEndpointAsync();
        if (inJoin)
        {
            await plane.Endpoint.Ready.WaitAsync(Eventually.Patience);
            await plane.StartAgentAsync();
        }

        string[] expected = inJoin ? [message, "deploy/rbac", "The plane lacks a permission in the cluster"] : [message];
        await Eventually.Is(
            () => expected.All(text => plane.AllLogs.Contains(text, StringComparison.Ordinal)),
            $"the log to name {verb} {resource}, and what to do");
    }

    [Fact]
    public void The_shipped_roles_give_no_secrets_tokens_or_entries_in_the_whole_cluster()
    {
        JsonObject[] cluster = [.. RbacManifests.Plane.Where(d => d["kind"]!.ToString() == "ClusterRole")];
        cluster.Length.ShouldBe(2, "the endpoint's and the operator's");
        foreach (JsonNode? rule in cluster.SelectMany(c => c["rules"]!.AsArray()))
        {
            string[] resources = [.. rule!["resources"]!.AsArray().Select(r => r!.ToString())];
            string[] verbs = [.. rule["verbs"]!.AsArray().Select(v => v!.ToString())];
            resources.ShouldNotContain(r => r == "*" || r.StartsWith("secrets", StringComparison.Ordinal) ||
                r.StartsWith("serviceaccounts", StringComparison.Ordinal) || r.StartsWith("workloadentries", StringComparison.Ordinal));
            verbs.ShouldAllBe(v => v == "list" || v == "watch" || (v == "create" && resources.Single() == "tokenreviews"));
        }
    }

    [Fact]
    public async Task Kustomize_makes_of_the_sample_what_these_tests_apply()
    {
        Capability.Kubectl.Require();
        using var directory = new TemporaryDirectory();
        string rendered = await new KubectlProgram("/dev/null", directory.Path)
            .RunAsync("kustomize", Path.Combine(Repository.Root, "samples", "bookinfo", "rbac"));
        JsonObject[] documents = [.. ResourceReader.ReadManifest(System.Text.Encoding.UTF8.GetBytes(rendered)).Value!];
        JsonObject[] applied = [.. RbacManifests.Onboarded("bookinfo", "bookinfo-ratings")];
        documents.Length.ShouldBe(applied.Length);
        static string KeyOf(JsonObject document) => $"{document["kind"]} {document["metadata"]!["name"]}";
        foreach ((JsonObject one, JsonObject other) in documents.OrderBy(KeyOf, StringComparer.Ordinal).Zip(applied.OrderBy(KeyOf, StringComparer.Ordinal)))
        {
            JsonNode.DeepEquals(one, other).ShouldBeTrue($"{one}\n{other}");
        }

        (await new KubectlProgram("/dev/null", directory.Path).RunAsync("kustomize", Path.Combine(Repository.Root, "deploy", "rbac")))
            .ShouldContain("kind: ClusterRoleBinding");
    }

    // Each grant in turn: were it taken away, no other would let some call be made that this workload needed.
    private static IEnumerable<Grant> UnusedOf(string account, IReadOnlyCollection<ApiCall> calls, IEnumerable<string> rare)
    {
        Grant[] granted = GrantedTo(account);
        return granted.Where(g => !rare.Contains(g.Permission)).Where(g => !calls.Any(c => g.Allows(c) && granted.Count(other => other.Allows(c)) == 1));
    }
}
