using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>The CustomResourceDefinitions that users apply: ours and Istio's.</summary>
internal static class Definitions
{
    private const string Path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    public static IEnumerable<string> Ours => In("deploy", "crds");

    private static IEnumerable<string> Istio => In("embedded", "Definitions");

    /// <summary>Creates them and waits until their kinds are served.</summary>
    public static async Task ApplyAsync(RawApi api)
    {
        foreach (string file in Ours.Concat(Istio))
        {
            RawAnswer made = (await api.PostAsync(Path, await File.ReadAllTextAsync(file), "application/yaml")).Expect(201);
            string kind = $"/apis/{made["spec", "group"]}/{made["spec", "versions", "0", "name"]}/{made["spec", "names", "plural"]}";
            await Eventually.Is(async () => (await api.GetAsync(kind)).Code == 200, $"{kind} is served");
        }
    }

    private static IEnumerable<string> In(params string[] folder) =>
        Directory.EnumerateFiles(System.IO.Path.Combine([Repository.Root, .. folder]), "*.yaml");
}
