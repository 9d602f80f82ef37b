using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>
/// Names of WorkloadAutoRegistrations: <c>&lt;group&gt;-&lt;identity&gt;</c> (docs/reference/names.md). Within
/// a group two identities never have the same name as long as names aren't shortened; shortened ones carry 64 bits of a
/// hash. Since a name alone proves nothing, anyone who finds it taken compares the stored identity before using the object.
/// </summary>
public static class RegistrationName
{
    private const int Longest = 200;
    private const int HashDigits = 16;

    /// <summary>Makes the name of a registration.</summary>
    /// <param name="groupName">Name of the WorkloadGroup.</param>
    /// <param name="identity">The verified identity.</param>
    /// <param name="issuerShortName">Short name of the issuer, for identities proved by a JSON Web Token.</param>
    /// <param name="name">A DNS-1123 subdomain of at most 200 characters.</param>
    /// <returns>False if the identity has parts that no name can be made of: empty, not ASCII, control characters.</returns>
    public static bool TryCreate(string groupName, WorkloadIdentity identity, string? issuerShortName, [NotNullWhen(true)] out string? name)
    {
        ArgumentException.ThrowIfNullOrEmpty(groupName);
        ArgumentNullException.ThrowIfNull(identity);
        string? suffix = identity.Platform is null ? null : identity switch
        {
            { Jwt: { } jwt } => NameOfJwt(jwt, issuerShortName),
            { Aws: { } aws } => NameOfAws(aws),
            _ => PlatformName.ForIdentity(identity),
        };
        name = suffix is null ? null : Shorten($"{groupName}-{suffix}");
        return name is not null;
    }

    private static string? NameOfJwt(JwtIdentity jwt, string? issuerShortName) =>
        issuerShortName is not null && Checks.ShortName(issuerShortName) is null && NamePart.FromText(jwt.Subject) is { } subject
            // A short name has no double dash, so the first one ends it; a third one marks an escaped subject.
            ? $"jwt-{issuerShortName}--{subject}"
            : null;

    private static string? NameOfAws(AwsIdentity aws)
    {
        if (!IsPartition(aws.Partition) || Checks.AwsAccount(aws.Account) is not null || !IsZone(aws.Zone))
        {
            return null;
        }

        string? kind = aws switch
        {
            { Ec2: { } ec2, Ecs: null } when NamePart.FromText(ec2.InstanceId) is { } instance => $"ec2-{instance}",
            // A task id has no dash, so the last one ends the cluster.
            { Ecs: { } ecs, Ec2: null } when NamePart.FromText(ecs.Cluster) is { } cluster && IsTaskId(ecs.TaskId) => $"ecs-{cluster}-{ecs.TaskId}",
            _ => null,
        };
        return kind is null ? null : $"aws-{aws.Partition}-{aws.Account}-{aws.Zone}-{kind}";
    }

    private static bool IsPartition(string partition) =>
        partition.Split('-').All(part => part.Length != 0 && part.All(char.IsAsciiLetterLower));

    // A zone with a part "ec2" could end where the kind begins.
    private static bool IsZone(string zone) =>
        Checks.IsDnsLabel(zone) && !zone.Split('-').Any(part => part is "ec2" or "ecs");

    private static bool IsTaskId(string taskId) =>
        taskId.Length != 0 && taskId.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    private static string Shorten(string name)
    {
        if (name.Length <= Longest)
        {
            return name;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
        return $"{name[..(Longest - HashDigits - 1)].TrimEnd('-', '.')}-{hash}";
    }
}
