using Onboarding.Client.Errors;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Client.BootConfiguration;

/// <summary>What must be true of a boot configuration before any of it is written.</summary>
internal static class BootConfigurationCheck
{
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
            ("istio-token", boot.IstioToken is null || boot.IstioToken.Token.Length == 0 || boot.IstioToken.ExpiresAt is null),
        ];
        string[] missing = [.. parts.Where(p => p.Missing).Select(p => p.Name)];
        if (missing.Length > 0)
        {
            throw Incomplete($"{string.Join(", ", missing)} missing");
        }

        // An older one would take back what the plane has decided since: a rotated root, a moved gateway, another account.
        if (current is not null && current.RegistrationUid == registrationUid && boot.Version!.Generation < current.Generation)
        {
            throw new OnboardingException(
                ErrorIds.BootConfigurationStale,
                $"The plane sent boot configuration {boot.Version.Generation} after {current.Generation}; an older one is never put in force.",
                "kubectl get workloadautoregistrations -A -o yaml; if the cluster was restored from a backup, delete the workload's record there");
        }

        return new BootVersion(
            boot.Version!.Generation,
            boot.Version!.CoreHash,
            boot.Version!.LiveHash,
            boot.RegistrationUid,
            boot.SpiffeId,
            boot.IstioToken!.ExpiresAt!.ToDateTimeOffset());
    }

    private static OnboardingException Incomplete(string why) => new(
        ErrorIds.BootConfigurationIncomplete,
        $"The plane sent a boot configuration that can't be used: {why}.",
        "look at the plane's log: kubectl -n istio-system logs deploy/onboarding-plane");
}
