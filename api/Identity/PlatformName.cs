using System.Security.Cryptography;
using System.Text;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>The part of a registration's name that represents the identity, for platforms that the reference has no name for.</summary>
internal static class PlatformName
{
    private const int HashDigits = 32;

    /// <summary>The part; null if the identity has parts that no name can be made of.</summary>
    public static string? ForIdentity(WorkloadIdentity identity) => identity switch
    {
        { Gcp: { Gce: { } gce } gcp } => NameOfGce(gcp, gce),
        { Azure: { Compute: { } vm } azure } => NameOfVm(azure, vm),
        { Kubernetes: { } kubernetes } => NameOfAccount(kubernetes),
        { Spiffe: { } spiffe } => NameOfSvid(spiffe),
        { X509: not null } => NameOfCertificate(identity),
        { JoinToken: { } token } => NamePart.FromText(token.Name) is { } name ? $"join-token-{name}" : null,
        _ => null,
    };

    // A zone has three parts and the rest are digits, so the parts are found from the end, whatever the project is called.
    private static string? NameOfGce(GcpIdentity gcp, GceInstance gce) =>
        NamePart.FromText(gcp.ProjectId) is { } project && IsZone(gcp.Zone) && Checks.Digits(gce.InstanceId) is null
            ? $"gcp-{project}-{gcp.Zone}-gce-{gce.InstanceId}"
            : null;

    private static bool IsZone(string zone) =>
        zone.Split('-') is { Length: 3 } parts && parts.All(part => part.Length != 0 && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)));

    private static string? NameOfVm(AzureIdentity azure, AzureVirtualMachine vm) =>
        Checks.Uuid(azure.Subscription) is null && Checks.Uuid(vm.InstanceId) is null
            ? $"azure-{azure.Subscription.ToLowerInvariant()}-vm-{vm.InstanceId.ToLowerInvariant()}"
            : null;

    // By the pod's uid: the next pod of that name is another workload.
    private static string? NameOfAccount(KubernetesIdentity kubernetes) =>
        (kubernetes.Pod is { } pod
            ? NamePart.Join(kubernetes.Namespace, kubernetes.ServiceAccount, pod.Uid)
            : NamePart.Join(kubernetes.Namespace, kubernetes.ServiceAccount)) is { } name
            ? $"kubernetes-{name}"
            : null;

    private static string? NameOfSvid(SpiffeIdentity spiffe)
    {
        string[] path = spiffe.Path.Length == 0 ? [] : spiffe.Path[1..].Split('/');

        // Readable where that loses nothing: dots end the labels of a domain and segments of a path, two dashes the domain.
        if (spiffe.TrustDomain.Split('.').Concat(path).All(part => Checks.IsDnsLabel(part) && !part.Contains("--", StringComparison.Ordinal)))
        {
            return $"spiffe-{spiffe.TrustDomain}{(path.Length == 0 ? "" : $"--{string.Join('.', path)}")}";
        }

        return (spiffe.Path.Length == 0 ? NamePart.Join(spiffe.TrustDomain) : NamePart.Join(spiffe.TrustDomain, spiffe.Path)) is { } name
            ? $"spiffe-{name}"
            : null;
    }

    // Distinguished names are long and mostly not DNS-safe: 128 bits of a hash of what names the workload.
    private static string NameOfCertificate(WorkloadIdentity identity) =>
        $"x509-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalIdentity.Serialize(identity))))[..HashDigits]}";
}
