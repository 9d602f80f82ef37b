using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Documents;

namespace Onboarding.Fleet.Installation;

/// <summary>What is shipped for a cluster (<c>deploy/</c>), as the chart and the Kustomization have it too; a test compares them.</summary>
internal static class ShippedObjects
{
    private const string Folder = "deploy/";
    private const string Placeholder = "namespace: istio-system";
    private const string TokenAccounts = "resourceNames: [default]";
    private static readonly string[] PerNamespace = ["onboarded-endpoint.yaml", "onboarded-operator.yaml"];

    /// <summary>Label of our definitions, which tells them from Tetrate's of the same names.</summary>
    public const string PartOf = "app.kubernetes.io/part-of";

    /// <summary>The value of <see cref="PartOf"/>.</summary>
    public const string Product = "onboarding";

    /// <summary>All objects, in the order in which they are applied.</summary>
    public static IReadOnlyList<ClusterObject> Create(InstallOptions options)
    {
        List<ClusterObject> objects = [.. Files("crds/").SelectMany(file => Read(file, options.Namespace))];
        objects.AddRange(Read($"{Folder}secret.yaml", options.Namespace));
        objects.AddRange(Files("rbac/").SelectMany(file => Read(file, options.Namespace)));
        foreach ((string ns, IReadOnlyList<string> accounts) in options.OnboardedNamespaces)
        {
            objects.AddRange(PerNamespace.SelectMany(file => Read($"{Folder}{file}", options.Namespace, text => ForNamespace(text, ns, accounts))));
        }

        objects.AddRange(Read($"{Folder}deployment.yaml", options.Namespace).Select(o => o with { Content = WithImages(o.Content!, options) }));
        if (options.Plane is { } plane)
        {
            objects.Add(ClusterObject.FromManifest(plane));
        }

        return objects;
    }

    private static IEnumerable<string> Files(string folder) => typeof(ShippedObjects).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder + folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static IEnumerable<ClusterObject> Read(string resource, string planeNamespace, Func<string, string>? change = null)
    {
        using Stream stream = typeof(ShippedObjects).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string text = reader.ReadToEnd().Replace(Placeholder, $"namespace: {planeNamespace}", StringComparison.Ordinal);
        return ResourceReader.ReadManifest(Encoding.UTF8.GetBytes(change?.Invoke(text) ?? text)).Value!.Select(ClusterObject.FromManifest);
    }

    private static string ForNamespace(string text, string ns, IReadOnlyList<string> accounts) => text
        .Replace("\nmetadata:\n", $"\nmetadata:\n  namespace: {ns}\n", StringComparison.Ordinal)
        .Replace(TokenAccounts, $"resourceNames: [{string.Join(", ", accounts)}]", StringComparison.Ordinal);

    // The Deployment names the operator's image, and in an argument the endpoint's; and its own namespace.
    private static JsonObject WithImages(JsonObject deployment, InstallOptions options)
    {
        JsonNode container = deployment["spec"]!["template"]!["spec"]!["containers"]![0]!;
        container["image"] = Image(container["image"]!.ToString(), options);
        JsonArray arguments = container["args"]!.AsArray();
        for (int i = 0; i < arguments.Count; i++)
        {
            arguments[i] = arguments[i]!.ToString().Split('=', 2) switch
            {
                ["--endpoint-image", { } image] => $"--endpoint-image={Image(image, options)}",
                ["--namespace", _] => $"--namespace={options.Namespace}",
                _ => arguments[i]!.DeepClone(),
            };
        }

        return deployment;
    }

    private static string Image(string shipped, InstallOptions options)
    {
        string[] parts = shipped.Split(':');
        return $"{(options.Hub is { Length: > 0 } hub ? $"{hub.TrimEnd('/')}/" : "")}{parts[0]}:{options.Tag ?? parts[1]}";
    }
}
