using System.Text.Json.Nodes;
using Onboarding.Embedded.Rbac;
using Onboarding.Testing;
using Onboarding.Tests.Install.Server;
using Shouldly;

namespace Onboarding.Tests.Install;

/// <summary>Each shipped rule has allowed a request: a right that nothing uses has no reason to be shipped.</summary>
internal static class UsedRights
{
    // What a machine that joins and leaves doesn't need; e2e's RareCalls names the code that does.
    private static readonly string[] Rare =
    [
        "list nodes", "create tokenreviews", "get,create credentialuses",
        // Of the operator where a machine is lost, and of both where one is refused.
        "get,delete workloadautoregistrations", "update,patch workloadautoregistrations/status", "delete workloadentries", "create,get,update events",
        // Asked for by a server that enforces permissions on owner references (OpenShift); no request of ours names them.
        "update workloadgroups/finalizers", "update workloadautoregistrations/finalizers", "update onboardingplanes/finalizers",
    ];

    /// <summary>Makes the operator write, change and delete every kind of object, then looks which rules were used.</summary>
    public static async Task CheckAsync(InstalledCluster cluster)
    {
        await PatchAsync(cluster, """{"spec": {"components": {"instance": {"kubeSpec": {"deployment": {"hpaSpec": {}}}}}}}""");
        await Eventually.Is(async () => (await cluster.ObjectsAsync()).Contains("HorizontalPodAutoscaler istio-system/onboarding-plane"), "there is an autoscaler");
        await PatchAsync(cluster, """
            {"spec": {"endpoint": {"certificate": null}, "components": {"instance": {"networkPolicy": "None", "exposure": null, "kubeSpec": {"deployment": {"hpaSpec": null, "replicaCount": 1}}}}}}
            """);
        string[] optional = ["HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy", "Certificate", "Gateway", "VirtualService"];
        await Eventually.Is(
            async () => !(await cluster.ObjectsAsync()).Any(o => optional.Any(kind => o == $"{kind} istio-system/onboarding-plane")), "what isn't wanted is deleted");

        JsonObject[] roles = [.. ShippedManifests.Read(await cluster.Programs.HelmAsync(
            "template", "onboarding", ShippedManifests.Chart, "--namespace", InstalledCluster.PlaneNamespace, "--values", cluster.Values))
            .Values.Where(o => o["kind"]!.ToString() is "Role" or "ClusterRole")];
        roles.Length.ShouldBe(7);
        HashSet<string> used = [.. cluster.Allowed.Select(a => a.Rule.ToJson().ToJsonString())];
        string[] unused = [.. roles.SelectMany(role => role["rules"]!.AsArray()
            .Where(rule => !used.Contains(PolicyRule.Read(rule).ToJson().ToJsonString()) && !Rare.Contains($"{Text(rule!, "verbs")} {Text(rule!, "resources")}"))
            .Select(rule => $"{role["metadata"]!["name"]}: {Text(rule!, "verbs")} {Text(rule!, "resources")}"))];
        unused.ShouldBeEmpty("a rule that no request used");

        // What the operator may do to other programs' kinds is looked at verb by verb.
        JsonObject installer = roles.Single(r => r["metadata"]!["name"]!.ToString() == "onboarding-installer");
        string[] verbs = [.. from rule in installer["rules"]!.AsArray()
            from resource in rule!["resources"]!.AsArray()
            from verb in rule["verbs"]!.AsArray()
            where !Rare.Contains($"{verb} {resource}")
            where !cluster.Allowed.Any(a => a.User.EndsWith(":onboarding-operator", StringComparison.Ordinal) && a.Question.Verb == verb!.ToString() && a.Question.FullResource == resource!.ToString())
            select $"{verb} {resource}"];
        verbs.ShouldBeEmpty("a verb that no request used");
    }

    private static string Text(JsonNode rule, string field) => string.Join(',', rule[field]!.AsArray().Select(t => t!.ToString()));

    private static Task<string> PatchAsync(InstalledCluster cluster, string patch) => cluster.Programs.KubectlAsync(
        "-n", InstalledCluster.PlaneNamespace, "patch", "onboardingplane", "onboarding-plane", "--type=merge", "-p", patch);
}
