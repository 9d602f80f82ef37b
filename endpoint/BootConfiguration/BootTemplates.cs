using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Onboarding.Api.Istio;
using Onboarding.BootConfiguration;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>
/// Boot configurations of a group's members, made once and filled in for each: they differ in the member's name and address alone, and
/// reading the group and the mesh configuration for each of thousands of members costs more than all the rest of a join's own work.
/// </summary>
internal sealed partial class BootTemplates
{
    /// <summary>The variable that holds the member's name.</summary>
    public const string NameVariable = "ISTIO_META_WORKLOAD_ENTRY";

    private const int MostGroups = 1_000;

    // Random, so that no text of a group or mesh configuration contains them; in the shape of what they are replaced by.
    private static readonly string Name = "member-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) + "-x";
    private static readonly string Address4 = new IPAddress([240, .. RandomNumberGenerator.GetBytes(3)]).ToString();
    private static readonly string Address6 = new IPAddress([0xFD, .. RandomNumberGenerator.GetBytes(15)]).ToString();

    private readonly ConcurrentDictionary<(string Group, string Revision, bool IsExternal, bool IsV6), Template> _templates = new();

    /// <summary>The files of a member.</summary>
    /// <param name="sources">What they are made of beside name and address; the same objects as long as nothing has changed.</param>
    /// <param name="group">The group.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="address">Its address.</param>
    /// <param name="isExternal">True if that is one of the internet's.</param>
    /// <param name="generate">Makes the files for a name and an address.</param>
    public BootConfigurationFiles Make(
        BootSources sources, WorkloadGroup group, string name, string address, bool isExternal, Func<string, string, BootConfigurationFiles> generate)
    {
        // What YAML could take for something else than text is quoted, and the placeholder isn't.
        if (!PlainName().IsMatch(name))
        {
            return generate(name, address);
        }

        bool isV6 = address.Contains(':', StringComparison.Ordinal);
        string placeholder = isV6 ? Address6 : Address4;
        (string, string, bool, bool) key = ($"{group.Metadata.Namespace}/{group.Metadata.Name}", sources.Revision, isExternal, isV6);
        if (!_templates.TryGetValue(key, out Template? template) || template.Sources != sources)
        {
            template = new Template(sources, generate(Name, placeholder));
            if (_templates.Count >= MostGroups)
            {
                _templates.Clear();
            }

            _templates[key] = template;
        }

        return template.Files with
        {
            ClusterEnv = template.Files.ClusterEnv.Replace(placeholder, address, StringComparison.Ordinal).Replace(Name, name, StringComparison.Ordinal),
            MeshYaml = template.Files.MeshYaml.Replace(placeholder, address, StringComparison.Ordinal).Replace(Name, name, StringComparison.Ordinal),
        };
    }

    // Begins with a letter, has one more in every part, and no dots: no number, date, boolean or null of any YAML.
    [GeneratedRegex("^[a-z][a-z0-9]*-[a-z0-9]*[a-z][a-z0-9-]*[a-z0-9]$")]
    private static partial Regex PlainName();

    private sealed record Template(BootSources Sources, BootConfigurationFiles Files);
}

/// <summary>What a group's boot configurations are made of. Equal only if everything is the same, the large parts by reference.</summary>
internal sealed record BootSources(
    WorkloadGroup Group, YamlText MeshConfig, string ClusterId, string Revision, string IstioNamespace, string Network, GatewayRoute Route)
{
    public bool Equals(BootSources? other) =>
        other is not null
        && ReferenceEquals(Group, other.Group)
        && ReferenceEquals(MeshConfig, other.MeshConfig)
        && (ReferenceEquals(Route, other.Route) || (Route.Port == other.Route.Port && Route.Addresses.SequenceEqual(other.Route.Addresses)))
        && (ClusterId, Revision, IstioNamespace, Network) == (other.ClusterId, other.Revision, other.IstioNamespace, other.Network);

    public override int GetHashCode() => HashCode.Combine(ClusterId, Revision, IstioNamespace, Network);
}
