using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Documents;
using Onboarding.Testing;

namespace Onboarding.Tests.Install.Server;

/// <summary>What is shipped for a cluster.</summary>
internal static class ShippedManifests
{
    public static string Chart { get; } = Path.Combine(Repository.Root, "deploy", "chart", "onboarding");

    public static string Kustomization { get; } = Path.Combine(Repository.Root, "deploy");

    /// <summary>The objects of a text, by kind, namespace and name.</summary>
    public static SortedDictionary<string, JsonObject> Read(string text) => new(
        ResourceReader.ReadManifest(Encoding.UTF8.GetBytes(text)).Value!.ToDictionary(
            o => $"{o["kind"]} {o["metadata"]!["namespace"]}/{o["metadata"]!["name"]}"),
        StringComparer.Ordinal);
}
