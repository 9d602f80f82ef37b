using System.Globalization;
using System.Text;

namespace Onboarding.Api.Identity;

/// <summary>
/// One text for one identity, whatever order or spelling it came in: what key bindings are made of. Only what names the
/// workload is in it; attributes, roles and zones may change while the workload stays the same.
/// </summary>
public static class CanonicalIdentity
{
    /// <summary>
    /// The text: parts joined by spaces, e.g. <c>jwt https://id.example web-1</c>, <c>aws aws 111122223333 eu-west-1 ec2 i-0abc</c>.
    /// Percent signs, spaces, and everything that isn't printable ASCII are percent-encoded (UTF-8) within a part.
    /// </summary>
    /// <param name="identity">The verified identity; exactly one member set.</param>
    /// <exception cref="ArgumentException">The identity has none or several members set.</exception>
    public static string Of(WorkloadIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity switch
        {
            { Jwt: { } jwt, Aws: null } => Join("jwt", jwt.Issuer, jwt.Subject),
            { Aws: { Ec2: { } ec2, Ecs: null } aws, Jwt: null } =>
                Join("aws", aws.Partition, aws.Account, aws.Region, "ec2", ec2.InstanceId),
            { Aws: { Ecs: { } ecs, Ec2: null } aws, Jwt: null } =>
                Join("aws", aws.Partition, aws.Account, aws.Region, "ecs", ecs.Cluster, ecs.TaskId),
            _ => throw new ArgumentException("An identity has exactly one platform.", nameof(identity)),
        };
    }

    private static string Join(params ReadOnlySpan<string> parts)
    {
        StringBuilder joined = new();
        foreach (string part in parts)
        {
            if (joined.Length != 0)
            {
                joined.Append(' ');
            }

            // Escaped, so that nobody moves a boundary between parts with a space in a subject.
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
