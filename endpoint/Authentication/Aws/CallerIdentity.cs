using Onboarding.Api.Proofs.Aws;
using Onboarding.Endpoint.Authentication.Aws.Requests;

namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>Whose credentials a request was signed with: a session of an assumed role.</summary>
/// <param name="Partition">Partition.</param>
/// <param name="Account">Account, 12 digits.</param>
/// <param name="Role">Name of the role.</param>
/// <param name="Session">
/// Name of the session. For EC2 it is the instance id, for ECS the task id; anyone else who may assume the role chooses it, so it never
/// says alone who someone is.
/// </param>
internal sealed record CallerIdentity(string Partition, string Account, string Role, string Session)
{
    private const int LongestName = 64;

    /// <summary>Takes what sts:GetCallerIdentity answered.</summary>
    /// <param name="account">Its <c>Account</c>.</param>
    /// <param name="arn">Its <c>Arn</c>: <c>arn:aws:sts::111122223333:assumed-role/cart/i-0abc</c>.</param>
    /// <exception cref="AwsDocumentException">It isn't a session of an assumed role: a user, the root of an account, or something made up.</exception>
    public static CallerIdentity Parse(string account, string arn)
    {
        if (arn.Length > 400
            || arn.Split(':') is not ["arn", string partition, "sts", "", string owner, string resource]
            || resource.Split('/') is not ["assumed-role", string role, string session])
        {
            throw new AwsDocumentException("the credentials aren't those of an assumed role");
        }

        bool good = IsPartition(partition)
            && account.Length == 12 && account.All(char.IsAsciiDigit) && owner == account
            && IsName(role) && IsName(session);
        return good ? new CallerIdentity(partition, account, role, session) : throw new AwsDocumentException("its ARN is malformed");
    }

    private static bool IsPartition(string partition) =>
        partition == "aws"
        || (partition.Length <= 16 && partition.StartsWith("aws-", StringComparison.Ordinal) && partition.AsSpan(4).IndexOfAnyExceptInRange('a', 'z') < 0)
        || partition is "aws-us-gov" or "aws-iso-b" or "aws-iso-e" or "aws-iso-f";

    // What IAM allows in names of roles and sessions; an asterisk isn't in it.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || "+=,.@_-".Contains(c, StringComparison.Ordinal));

    /// <summary>True if it is of this region's partition: credentials of another one are another cloud's.</summary>
    public bool IsOf(string region) => Partition == AwsPartition.ForRegion(region);
}
