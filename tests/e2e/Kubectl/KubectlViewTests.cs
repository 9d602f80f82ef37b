using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Kubectl;

/// <summary>The many ways in which people look at objects and at the server with kubectl.</summary>
public sealed class KubectlViewTests(KubectlPlane plane) : KubectlCase(plane)
{
    [Fact]
    public async Task Get_o_wide_shows_how_the_sidecar_is_and_why_a_policy_does_not_count()
    {
        await RegistrationAsync("r");
        await StatusAsync("war", "r", """{"conditions":[{"type":"AgentConnected","status":"True"},{"type":"SidecarReady","status":"False"}]}""");
        (await RunAsync("get", "war", "-o", "wide")).ShouldMatch(@"^NAME +AGENT CONNECTED +AGE +SIDECAR READY\nr +True +\S+ +False\n$");
        (await RunAsync("get", "war")).ShouldNotContain("SIDECAR");

        await RunWithAsync(Policy, "apply", "-f", "-");
        await StatusAsync(
            "onboardingpolicies", "joiners", """{"conditions":[{"type":"Accepted","status":"False","message":"Broken."}],"members":3}""");
        (await RunAsync("get", "onboardingpolicies", "-o", "wide"))
            .ShouldMatch(@"^NAME +ACCEPTED +MEMBERS +AGE +MESSAGE\njoiners +False +3 +\S+ +Broken\.\n$");
    }

    [Fact]
    public async Task Get_shows_what_is_asked_for_in_the_form_and_order_asked_for()
    {
        await ConfigMapsAsync("b", "a");
        await RunAsync("label", "cm", "a", "tier=back");
        const string Ours = "metadata.name!=istio-ca-root-cert,metadata.name!=istio-ca-crl";
        (await RunAsync("get", "cm", "--field-selector", Ours, "-o", "custom-columns=N:.metadata.name,K:.data.k"))
            .ShouldMatch(@"^N +K\na +v\nb +v\n$");
        (await RunAsync("get", "cm", "b", "-o", "go-template={{.metadata.name}}")).ShouldBe("b");
        (await RunAsync("get", "cm", "--field-selector", Ours, "--sort-by", "{.metadata.labels.tier}", "-o", "name"))
            .ShouldBe("configmap/b\nconfigmap/a\n");
        (await RunAsync("get", "cm", "a", "--show-labels", "--no-headers")).ShouldMatch(@"^a +1 +\S+ +tier=back\n$");
        (await RunAsync("get", "cm/none", "--ignore-not-found")).ShouldBe("");
        (await RunAsync("get", "cm", "a", "--show-managed-fields", "-o", "yaml")).ShouldContain("manager: kubectl-label");
    }

    [Fact]
    public async Task Get_in_chunks_is_as_complete_as_at_once()
    {
        await ConfigMapsAsync("a", "b", "c", "d", "e");
        (await RunAsync("get", "cm", "--chunk-size=2", "-o", "name")).ShouldBe(await RunAsync("get", "cm", "--chunk-size=0", "-o", "name"));
        (await NamesAsync("--chunk-size=2")).ShouldBe(["a", "b", "c", "d", "e", "istio-ca-crl", "istio-ca-root-cert"]);
    }

    /// <summary>A field that lies deep, for each of our kinds that people write.</summary>
    [Theory]
    [InlineData("workloadgroup", "serviceAccount\t<string>", "workloadgroup.spec.template.serviceAccount")]
    [InlineData("workloadentry", "weight\t<integer>", "workloadentry.spec.weight")]
    [InlineData("onboardingpolicy", "iamRoleNames\t<[]string>", "onboardingpolicy.spec.allow.workloads.aws.ec2.iamRoleNames")]
    [InlineData("onboardingpolicy", "matchExpressions\t<[]Object>", "onboardingpolicy.spec.deny.onboardTo.workloadGroupSelector.matchExpressions")]
    [InlineData("onboardingplane", "shortName\t<string>", "onboardingplane.spec.workloads.authentication.jwt.issuers.shortName")]
    [InlineData("onboardingplane", "maxUnavailable\t<", "onboardingplane.spec.rollout.maxUnavailable")]
    [InlineData("jointoken", "tokenSha256\t<string> -required-", "jointoken.spec.tokenSha256")]
    [InlineData("war", "activeAgentConnection\t<Object>", "war.status.activeAgentConnection")]
    [InlineData("workloadkeybinding", "jkt\t<string> -required-", "workloadkeybinding.spec.jkt")]
    public async Task Explain_recursive_names_every_field_and_explain_says_what_one_means(string kind, string field, string path)
    {
        (await RunAsync("explain", "--recursive", kind)).ShouldContain(field);
        (await RunAsync("explain", path)).ShouldMatch(@"DESCRIPTION:\n +\S");
    }

    [Fact]
    public async Task The_server_says_that_it_is_well_which_it_is_and_who_asks()
    {
        (await RunAsync("get", "--raw", "/readyz?verbose")).ShouldBe("[+]ping ok\nreadyz check passed\n");
        (await RunAsync("get", "--raw", "/livez")).ShouldBe("ok");
        JsonNode.Parse(await RunAsync("get", "--raw", "/version"))!["platform"]!.ToString().ShouldBe("embedded");
        (await RunAsync("version")).ShouldContain("Server Version: v1.");
        (await RunAsync("cluster-info")).ShouldContain("is running at");
        string view = await RunAsync("config", "view");
        view.ShouldContain("current-context: onboarding-embedded");
        view.ShouldContain("token: REDACTED");
        (await RunAsync("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")).ShouldBe("admin");
    }

    [Fact]
    public async Task Events_tells_what_happened_to_whom()
    {
        (await RunAsync("events")).ShouldContain("No events found");
        await ApplyAsync(9080);
        await EventAsync();
        (await RunAsync("events", "--for", "workloadgroup/ratings", "--types=Warning"))
            .ShouldMatch(@"Warning +OnboardingRefused +WorkloadGroup/ratings +vm-1 refused");
    }

    [Fact]
    public async Task What_is_not_here_is_said_to_be_missing()
    {
        await RegistrationAsync("r");
        (await FailAsync("scale", "war/r", "--replicas=2")).ShouldContain("(NotFound)");
        (await FailAsync("get", "deployments")).ShouldContain("resource type \"deployments\"");
        (await FailAsync("top", "pods")).ShouldContain("Metrics API");
    }

    private static string Policy => """
        apiVersion: authorization.onboarding.tetrate.io/v1alpha1
        kind: OnboardingPolicy
        metadata: {name: joiners}
        spec: {allow: [{workloads: [{jwt: {issuer: "https://id.example", subjects: [a]}}], onboardTo: [{workloadGroupSelector: {}}]}]}
        """;

    private Task<string> StatusAsync(string kind, string name, string status) =>
        RunAsync("patch", kind, name, "--subresource=status", "--type=merge", "-p", $$"""{"status":{{status}}}""");
}
