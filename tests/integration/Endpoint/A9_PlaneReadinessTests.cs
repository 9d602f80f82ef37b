using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;
using Onboarding.Testing;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>A9: a person finds in the OnboardingPlane, and not only in logs, that token keys are missing, and what to do.</summary>
public sealed class A9_PlaneReadinessTests
{
    [Fact]
    public async Task A9_missing_and_unreadable_keys_are_a_condition_of_the_plane_with_the_command_that_helps()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        plane.Log.Expect("can't be read as token keys");
        await ReadyAsync(plane, "True", "TokenKeysPresent", "");

        await plane.Client.DeleteAsync<V1Secret>("istio-system", ClusterState.TokenKeysSecret);
        await ReadyAsync(plane, "False", "TokenKeysMissing", "kubectl -n istio-system create secret generic onboarding-token-keys");

        await plane.Client.CreateAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = ClusterState.TokenKeysSecret, Namespace = "istio-system" } });
        await ReadyAsync(plane, "True", "TokenKeysPresent", "");

        await plane.Client.PatchAsync<V1Secret>(
            "istio-system",
            ClusterState.TokenKeysSecret,
            V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["signing-key.pem"] = Convert.ToBase64String(Encoding.ASCII.GetBytes("no key")) } }));
        await ReadyAsync(
            plane, "False", "TokenKeysInvalid", """kubectl -n istio-system patch secret onboarding-token-keys --type merge -p '{"data":null}'""");
        await plane.Client.PatchAsync<V1Secret>("istio-system", ClusterState.TokenKeysSecret, V1Patch.Merge(new JsonObject { ["data"] = null }));
        await ReadyAsync(plane, "True", "TokenKeysPresent", "");
    }

    private static Task ReadyAsync(TestPlane plane, string status, string reason, string command) => Eventually.Is(
        async () => (await plane.Client.GetAsync<OnboardingPlane>("istio-system", OnboardingPlane.DefaultName)).Status?.Conditions
            .FirstOrDefault(c => c.Type == "Ready") is { } ready
            && ready.Status == status && ready.Reason == reason && ready.Message!.Contains(command, StringComparison.Ordinal),
        $"Ready is {status} for {reason}");
}
