using Google.Protobuf.WellKnownTypes;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Connections;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Client.BootConfiguration;

/// <summary>What must be true of a boot configuration before any of it is written.</summary>
internal static class BootConfigurationCheck
{
    /// <summary>The token's expiry of a version that has no token yet.</summary>
    private static readonly DateTimeOffset NoToken = DateTimeOffset.UnixEpoch;

    public static BootVersion Check(Rpc.BootConfiguration boot, string registrationUid, BootVersion? current)
    {
        if (boot.RegistrationUid != registrationUid)
        {
            throw Incomplete($"it is for registration {boot.RegistrationUid}, this one is {registrationUid}");
        }

        (string Name, bool Missing)[] parts =
        [
            ("version", boot.Version is null),
            ("cluster.env", boot.ClusterEnv.Length == 0),
            ("mesh.yaml", boot.MeshYaml.Length == 0),
            ("root-cert.pem", boot.RootCertPem.Length == 0),
            ("istio-token", !boot.Pending && (boot.IstioToken is null || boot.IstioToken.Token.Length == 0 || boot.IstioToken.ExpiresAt is null)),
        ];
        string[] missing = [.. parts.Where(p => p.Missing).Select(p => p.Name)];
        if (missing.Length > 0)
        {
            throw Incomplete($"{string.Join(", ", missing)} missing");
        }

        Refuse(boot.Version!, registrationUid, current);
        RefuseUnsafe(boot);
        return new BootVersion(
            boot.Version!.Generation,
            boot.Version!.CoreHash,
            boot.Version!.LiveHash,
            boot.RegistrationUid,
            boot.SpiffeId,
            boot.IstioToken?.ExpiresAt is { } end ? End(end) : NoToken);
    }

    /// <summary>The version in force with other hosts.</summary>
    public static BootVersion Check(Rpc.LiveConfiguration live, string registrationUid, BootVersion? current)
    {
        if (current is null || live.Version is null || live.RegistrationUid != registrationUid || live.Version.CoreHash != current.CoreHash)
        {
            throw Incomplete("hosts came for a boot configuration that isn't in force here");
        }

        Refuse(live.Version, registrationUid, current);
        var problems = new List<string>();
        HostsLines.Check(live.Hosts, problems);
        CheckLists(live.CaCrlPem, problems);
        RefuseUnsafe(problems);
        return current with { Generation = live.Version.Generation, LiveHash = live.Version.LiveHash };
    }

    private static DateTimeOffset End(Timestamp value) =>
        PlaneTimes.TryRead(value) ?? throw Incomplete($"its istio-token's end is no time ({PlaneTimes.Text(value)})");

    // An older one would take back what the plane has decided since: a rotated root, a moved gateway, another account.
    private static void Refuse(Rpc.BootConfigurationVersion version, string registrationUid, BootVersion? current)
    {
        if (current is not null && current.RegistrationUid == registrationUid && version.Generation < current.Generation)
        {
            throw new OnboardingException(
                ErrorIds.BootConfigurationStale,
                $"The plane sent boot configuration {version.Generation} after {current.Generation}; an older one is never put in force.",
                "kubectl get workloadautoregistrations -A -o yaml; if the cluster was restored from a backup, delete the workload's record there");
        }
    }

    // The sidecar's start script acts on these files as root. A compromised plane must not become root on its machines.
    private static void RefuseUnsafe(Rpc.BootConfiguration boot)
    {
        var problems = new List<string>();
        _ = ClusterEnv.Read(boot.ClusterEnv, problems);
        MeshYamlGuard.Check(boot.MeshYaml, problems);
        HostsLines.Check(boot.Hosts, problems);
        CheckLists(boot.CaCrlPem, problems);
        RefuseUnsafe(problems);
    }

    // A proxy refuses a broken list, and with it every peer: a compromised plane must not stop a machine by one.
    internal static void CheckLists(string lists, List<string> problems)
    {
        if (lists.Length > 0 && !RevocationListText.IsValid(lists))
        {
            problems.Add($"{BootConfigurationStore.RevocationListsName}: isn't revocation lists in PEM");
        }
    }

    private static void RefuseUnsafe(List<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new OnboardingException(
                ErrorIds.BootConfigurationUnsafe,
                $"The plane sent a boot configuration that this machine does not put in force: {string.Join("; ", problems)}. The one before stays.",
                "kubectl get workloadgroups -A -o yaml | grep -A 20 proxyMetadata; if no one set this, treat the plane as compromised");
        }
    }

    private static OnboardingException Incomplete(string why) => new(
        ErrorIds.BootConfigurationIncomplete,
        $"The plane sent a boot configuration that can't be used: {why}.",
        NextSteps.PlaneLog);
}
