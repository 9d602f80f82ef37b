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
    /// <summary>Everything in the roles that are shipped.</summary>
    private static Grant[] Granted => [.. Grant.Of(RbacManifests.Plane.Concat(RbacManifests.Onboarded("bookinfo", "bookinfo-ratings")))];

    [Fact]
    public async Task A_workload_joins_and_leaves_through_an_endpoint_that_has_the_shipped_roles_and_no_others()
    {
        await using RestrictedPlane plane = await RestrictedPlane.StartAsync();
        await plane.ApplyRolesAsync();
        await plane.StartEndpointAsync();
        await plane.Endpoint.Ready.WaitAsync(Eventually.Patience);
        await plane.StartAgentAsync();
        await plane.WaitUntilJoinedAsync();

        plane.Agent!.Signal(Signals.Terminate);
        (await plane.Agent.WaitForExitAsync(default)).ShouldBe(0, plane.AllLogs);
        await plane.WaitUntilGoneAsync();
        await plane.Endpoint.StopAsync();

        plane.AllLogs.ShouldNotContain("forbidden", Case.Insensitive, "nothing was tried that isn't allowed");
        (await plane.Client.ListAsync<V1Lease>("istio-system")).Items
            .ShouldNotContain(l => l.Metadata.Name == "onboarding-instance-restricted", "its Lease was given back");

        // Each grant in turn: were it taken away, no other would let some call be made that this workload needed.
        Grant[] granted = Granted;
        granted.Where(g => !RareCalls.ByPermission.ContainsKey(g.Permission))
            .Where(g => !plane.Calls.Any(c => g.Allows(c) && granted.Count(other => other.Allows(c)) == 1))
            .ShouldBeEmpty("nothing is granted that nothing needs");
    }

    [Fact]
    public void What_is_granted_for_rare_calls_is_granted_for_calls_there_are()
    {
        RareCalls.ByPermission.Keys.Except(Granted.Select(g => g.Permission)).ShouldBeEmpty("calls that the roles forbid");
        foreach ((string permission, (string file, string call)) in RareCalls.ByPermission)
        {
            File.ReadAllText(Path.Combine(Repository.Root, file)).ShouldContain(call, Case.Sensitive, permission);
        }
    }

    [Theory]
    [InlineData("list", "workloadgroups", "workloadgroups.networking.istio.io is forbidden", false)]
    [InlineData("watch", "onboardingpolicies", "onboardingpolicies.authorization.onboarding.tetrate.io is forbidden", false)]
    [InlineData("create", "secrets", "cannot create resource \"secrets\" in API group \"\" in the namespace \"istio-system\"", false)]
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
        JsonObject cluster = RbacManifests.Plane.Single(d => d["kind"]!.ToString() == "ClusterRole");
        foreach (JsonNode? rule in cluster["rules"]!.AsArray())
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
        foreach ((JsonObject one, JsonObject other) in documents.Zip(applied))
        {
            JsonNode.DeepEquals(one, other).ShouldBeTrue($"{one}\n{other}");
        }

        (await new KubectlProgram("/dev/null", directory.Path).RunAsync("kustomize", Path.Combine(Repository.Root, "deploy", "rbac")))
            .ShouldContain("kind: ClusterRoleBinding");
    }
}
