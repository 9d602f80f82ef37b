using System.Globalization;
using System.Text;

namespace Onboarding.Api.Identity;

/// <summary>
/// One text for one identity, whatever order or spelling it came in: what key bindings are made of. Only what names the
/// workload is in it; attributes, roles and zones may change while the workload stays the same. Which fields are which is said
/// by each identity's record, and in docs/reference/names.md.
/// </summary>
public static class CanonicalIdentity
{
    /// <summary>
    /// The text: parts joined by spaces, e.g. <c>jwt https://id.example web-1</c>, <c>aws aws 111122223333 eu-west-1 ec2 i-0abc</c>.
    /// Percent signs, spaces, and everything that isn't printable ASCII are percent-encoded (UTF-8) within a part.
    /// </summary>
    /// <param name="identity">The verified identity; exactly one member set.</param>
    /// <exception cref="ArgumentException">The identity has none or several members set.</exception>
    public static string Serialize(WorkloadIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity.Platform is null ? throw NotOne(nameof(identity)) : identity switch
        {
            { Jwt: { } jwt } => Join("jwt", jwt.Issuer, jwt.Subject),
            { Aws: { Ec2: { } ec2, Ecs: null } aws } => Join("aws", aws.Partition, aws.Account, aws.Region, "ec2", ec2.InstanceId),
            { Aws: { Ecs: { } ecs, Ec2: null } aws } => Join("aws", aws.Partition, aws.Account, aws.Region, "ecs", ecs.Cluster, ecs.TaskId),

            // By number: an id could be written with a domain before it, a number has one form.
            { Gcp: { Gce: { } gce } gcp } => Join("gcp", gcp.ProjectNumber, "gce", gce.InstanceId),
            { Azure: { Compute: { } vm } azure } => Join("azure", Lower(azure.Subscription), "vm", Lower(vm.InstanceId)),
            { Kubernetes: { Pod: { } pod } account } => Join("kubernetes", account.Namespace, account.ServiceAccount, "pod", pod.Uid),
            { Kubernetes: { } account } => Join("kubernetes", account.Namespace, account.ServiceAccount),
            { Spiffe: { } spiffe } => Join("spiffe", spiffe.TrustDomain, spiffe.Path),
            { X509: { Subject.Length: > 0 } x509 } => Join("x509", x509.Authority, "subject", x509.Subject),
            { X509: { } x509 } => Join(["x509", x509.Authority, "names", .. NamesOf(x509)]),
            { JoinToken: { } token } => Join("joinToken", token.Namespace, token.Name),
            _ => throw NotOne(nameof(identity)),
        };
    }

    // Sorted: the order of names in a renewed certificate means nothing. The kind is part of each, as "a" may be a DNS name or not.
    private static IEnumerable<string> NamesOf(X509Identity x509)
    {
        string[] names =
        [
            .. x509.DnsNames.Select(name => $"dns:{Lower(name)}"),
            .. x509.Uris.Select(uri => $"uri:{uri}"),
            .. x509.EmailAddresses.Select(address => $"email:{address}"),
            .. x509.IpAddresses.Select(address => $"ip:{address}"),
        ];

        // Without subject and names every such certificate of an authority would be one workload: then it is that one certificate.
        return names.Length == 0 ? [$"sha256:{x509.Fingerprint}"] : names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    private static string Lower(string text) => text.ToLowerInvariant();

    private static ArgumentException NotOne(string parameter) => new("An identity has exactly one platform.", parameter);

    private static string Join(params ReadOnlySpan<string> parts)
    {
        StringBuilder joined = new();
        foreach (string part in parts)
        {
            if (joined.Length != 0)
            {
                joined.Append(' ');
            }

            // Escaped, so that no one moves a boundary between parts with a space in a subject.
            foreach (byte b in Encoding.UTF8.GetBytes(part))
            {
                if (b is > (byte)' ' and <= (byte)'~' and not (byte)'%')
                {
                    joined.Append((char)b);
                }
                else
                {
                    joined.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
                }
            }
        }

        return joined.ToString();
    }
}
