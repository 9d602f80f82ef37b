using System.Text.Json.Nodes;
using Onboarding.Documents;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Infrastructure;

/// <summary>The roles that <c>deploy/rbac</c> ships, as <c>kubectl apply -k</c> would apply them, without needing kubectl.</summary>
internal static class RbacManifests
{
    /// <summary>The cluster as a whole and the plane's namespace.</summary>
    public static IEnumerable<JsonObject> Plane => Read("endpoint.yaml", "operator.yaml");

    /// <summary>A namespace that is onboarded to, with the service accounts its WorkloadGroups name.</summary>
    public static IEnumerable<JsonObject> Onboarded(string @namespace, params string[] accounts)
    {
        foreach (JsonObject document in Read("onboarded-namespace/endpoint.yaml", "onboarded-namespace/operator.yaml"))
        {
            document["metadata"]!["namespace"] = @namespace;
            if (document["rules"] is JsonArray rules && document["metadata"]!["name"]!.ToString() == "onboarding-endpoint")
            {
                rules[0]!["resourceNames"] = new JsonArray([.. accounts.Select(a => JsonValue.Create(a))]);
            }

            yield return document;
        }
    }

    private static IEnumerable<JsonObject> Read(params string[] files) => files.SelectMany(
        file => ResourceReader.ReadManifest(File.ReadAllBytes(Path.Combine(Repository.Root, "deploy", "rbac", file))).Value!);
}
