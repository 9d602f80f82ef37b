using Onboarding.Api.Runtime;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Kubernetes;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Endpoint.Sessions;

/// <summary>Boot configurations as they are sent.</summary>
internal static class BootMessages
{
    /// <summary>The message for an agent.</summary>
    public static Rpc.PlaneMessage Configuration(BootContent content, BootConfigurationRevision revision, string uid, ServiceAccountToken token) => new()
    {
        BootConfiguration = new Rpc.BootConfiguration
        {
            Version = new Rpc.BootConfigurationVersion
            {
                Generation = revision.Generation,
                CoreHash = revision.CoreHash,
                LiveHash = revision.LiveHash,
            },
            RegistrationUid = uid,
            ClusterEnv = content.ClusterEnv,
            MeshYaml = content.MeshYaml,
            RootCertPem = content.RootCertificate,
            Hosts = content.Hosts,
            SpiffeId = content.SpiffeId,
            IstioToken = AgentSession.ToMessage(token),
        },
    };

    /// <summary>True if the agent has exactly this one on disk.</summary>
    public static bool Has(Rpc.BootConfigurationVersion? version, BootConfigurationRevision revision) =>
        Read(version) == revision;

    /// <summary>What an agent says it has; null if nothing.</summary>
    public static BootConfigurationRevision? Read(Rpc.BootConfigurationVersion? version) =>
        version is { Generation: > 0 } && IsHash(version.CoreHash) && IsHash(version.LiveHash)
            ? new BootConfigurationRevision(version.Generation, version.CoreHash, version.LiveHash)
            : null;

    // It goes into the registration's status: an agent can't put text of its choice there.
    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
