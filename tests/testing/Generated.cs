using Onboarding.BootConfiguration;

namespace Onboarding.Testing;

/// <summary>Files made from short texts.</summary>
public static class Generated
{
    public const string Group = "metadata: {name: foo, namespace: bar}\nspec: {template: {}}";

    public static BootConfigurationFiles From(string mesh = "", string group = Group, Func<BootConfigurationInputs, BootConfigurationInputs>? with = null)
    {
        var inputs = new BootConfigurationInputs
        {
            WorkloadGroup = WorkloadGroupSource.FromFile(group),
            MeshConfig = mesh,
            ClusterId = "Kubernetes",
        };
        return BootConfigurationGenerator.Generate(with?.Invoke(inputs) ?? inputs);
    }

    /// <summary>The line of a variable, without its name; null where there is none.</summary>
    public static string? Variable(this BootConfigurationFiles files, string name) => files.ClusterEnv.Split('\n')
        .Where(l => l.StartsWith(name + "=", StringComparison.Ordinal))
        .Select(l => l[(name.Length + 1)..])
        .SingleOrDefault();

    /// <summary>mesh.yaml without what is always in it.</summary>
    public static string Proxy(this BootConfigurationFiles files)
    {
        var kept = new List<string>();
        bool metadata = false;
        foreach (string line in files.MeshYaml.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            metadata = line == "  proxyMetadata:" || (metadata && line.StartsWith("    ", StringComparison.Ordinal));
            if (!metadata)
            {
                kept.Add(line[2..]);
            }
        }

        return string.Join('\n', kept);
    }
}
