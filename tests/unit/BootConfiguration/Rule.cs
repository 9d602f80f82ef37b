using Onboarding.BootConfiguration;
using Onboarding.Testing;

namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>One row of the rules that istioctl follows, and an input that shows it.</summary>
/// <param name="Row">The row, and what of it.</param>
/// <param name="Shows">Text that must be in the files (cluster.env, mesh.yaml and hosts after each other); with <c>!</c> before it: must not be.</param>
internal sealed record Rule(string Row, params string[] Shows)
{
    public string Group { get; init; } = Generated.Group;

    public string Mesh { get; init; } = "";

    /// <summary>True: the group comes from the API server.</summary>
    public bool FromServer { get; init; }

    public Func<BootConfigurationInputs, BootConfigurationInputs> With { get; init; } = i => i;

    public string Render()
    {
        BootConfigurationFiles files = Generated.From(Mesh, Group, i => With(i with
        {
            WorkloadGroup = FromServer ? WorkloadGroupSource.FromApiServer(Group) : WorkloadGroupSource.FromFile(Group),
            ClusterEnvStyle = ClusterEnvStyle.AsIstio,
        }));
        return $"{files.ClusterEnv}{files.MeshYaml}{files.Hosts}";
    }
}
