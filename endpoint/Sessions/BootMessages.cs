using Onboarding.Api.Runtime;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Kubernetes;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Endpoint.Sessions;

/// <summary>Boot configurations as they are sent.</summary>
internal static class BootMessages
{
    /// <summary>A boot configuration to put in force.</summary>
    public static Rpc.PlaneMessage Configuration(BootContent content, BootConfigurationRevision revision, string uid, ServiceAccountToken token)
    {
        Rpc.BootConfiguration configuration = Create(content, revision, uid);
        configuration.IstioToken = AgentSession.ToMessage(token);
        return new Rpc.PlaneMessage { BootConfiguration = configuration };
    }

    /// <summary>A boot configuration to keep until its turn comes. It has no token: none is needed to look at it.</summary>
    public static Rpc.PlaneMessage Pending(BootContent content, BootConfigurationRevision revision, string uid)
    {
        Rpc.BootConfiguration configuration = Create(content, revision, uid);
        configuration.Pending = true;
        return new Rpc.PlaneMessage { BootConfiguration = configuration };
    }

    /// <summary>Other hosts to put in force, with the core the agent has.</summary>
    public static Rpc.PlaneMessage Live(LiveContent live, BootConfigurationRevision revision, string uid) => new()
    {
        LiveConfiguration = new Rpc.LiveConfiguration { Version = Version(revision), RegistrationUid = uid, Hosts = live.Hosts, CaCrlPem = live.RevocationLists },
    };

    /// <summary>A revision as it is sent.</summary>
    public static Rpc.BootConfigurationVersion Version(BootConfigurationRevision revision) => new()
    {
        Generation = revision.Generation,
        CoreHash = revision.CoreHash,
        LiveHash = revision.LiveHash,
    };

    /// <summary>What an agent says it has; null if nothing.</summary>
    public static BootConfigurationRevision? Read(Rpc.BootConfigurationVersion? version) =>
        version is { Generation: > 0 } && IsHash(version.CoreHash) && IsHash(version.LiveHash)
            ? new BootConfigurationRevision(version.Generation, version.CoreHash, version.LiveHash)
            : null;

    private static Rpc.BootConfiguration Create(BootContent content, BootConfigurationRevision revision, string uid) => new()
    {
        Version = Version(revision),
        RegistrationUid = uid,
        ClusterEnv = content.ClusterEnv,
        MeshYaml = content.MeshYaml,
        RootCertPem = content.RootCertificate,
        Hosts = content.Live.Hosts,
        CaCrlPem = content.Live.RevocationLists,
        SpiffeId = content.Live.Account.SpiffeId,
    };

    // It goes into the registration's status: an agent can't put text of its choice there.
    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
