using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Rpc;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Testing;

/// <summary>Boot configurations as a plane sends them.</summary>
public static class BootConfigurations
{
    public static readonly DateTimeOffset TokenExpiry = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Rpc.BootConfiguration Make(
        long generation = 1,
        string core = "core-1",
        string live = "live-1",
        string registrationUid = "uid-1",
        string token = "istio-token-1") => new()
        {
            Version = new BootConfigurationVersion { Generation = generation, CoreHash = core, LiveHash = live },
            RegistrationUid = registrationUid,
            ClusterEnv = $"CANONICAL_SERVICE='ratings'\nCORE='{core}'\n",
            MeshYaml = $"mesh: {core}",
            RootCertPem = "-----BEGIN CERTIFICATE-----\n",
            IstioToken = new IstioToken { Token = token, ExpiresAt = TokenExpiry.ToTimestamp() },
            Hosts = $"127.0.0.1 istiod-{live}.istio-system.svc\n",
            SpiffeId = "spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings",
        };
}
