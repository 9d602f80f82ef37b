using System.Collections.Concurrent;
using Onboarding.Api.Istio;
using Onboarding.BootConfiguration;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>
/// Whether the sidecars of a group take HBONE by what the mesh and the group say now. Asked for each member at each change: worked out once for the
/// same group and the same mesh configuration.
/// </summary>
internal sealed class HboneModes(MeshSettings mesh)
{
    private const int MostGroups = 1_000;

    private readonly ConcurrentDictionary<(string Group, string Revision), Mode> _modes = new();

    /// <summary>True if a sidecar that starts now takes HBONE. False where there is no configuration to start it from.</summary>
    /// <param name="group">The group as it is now.</param>
    /// <param name="asked">What the agent's configuration calls the control plane's revision.</param>
    public bool IsOn(WorkloadGroup group, string? asked)
    {
        if (mesh.MeshConfig(asked) is not { } meshConfig)
        {
            return false;
        }

        string revision = mesh.Revision(asked);
        (string, string) key = ($"{group.Metadata.Namespace}/{group.Metadata.Name}", revision);
        if (!_modes.TryGetValue(key, out Mode? mode) || !ReferenceEquals(mode.Group, group) || !ReferenceEquals(mode.MeshConfig, meshConfig))
        {
            if (_modes.Count >= MostGroups)
            {
                _modes.Clear();
            }

            _modes[key] = mode = new Mode(group, meshConfig, Read(group, meshConfig, revision));
        }

        return mode.IsOn;
    }

    private bool Read(WorkloadGroup group, YamlText meshConfig, string revision)
    {
        try
        {
            return BootConfigurationGenerator.TakesHbone(new BootConfigurationInputs
            {
                WorkloadGroup = WorkloadGroupSource.FromApiServer(GroupTemplate.WithAccount(group).ToJson()),
                MeshConfig = meshConfig,
                Revision = revision,
                IstioNamespace = mesh.Namespace,
            });
        }
        catch (BootConfigurationException)
        {
            // No boot configuration can be made of it either, which is said there; and a machine doesn't start with what isn't made.
            return false;
        }
    }

    private sealed record Mode(WorkloadGroup Group, YamlText MeshConfig, bool IsOn);
}
