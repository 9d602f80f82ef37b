using System.Diagnostics.CodeAnalysis;

namespace Onboarding.Api.Proofs.Aws;

/// <summary>ARN of an ECS task: <c>arn:aws:ecs:eu-west-1:111122223333:task/prod/0123456789abcdef0123456789abcdef</c>.</summary>
/// <param name="Partition">Partition, that of the region.</param>
/// <param name="Region">Region.</param>
/// <param name="Account">Account, 12 digits.</param>
/// <param name="Cluster">Name of the cluster: letters, digits, dashes and underscores.</param>
/// <param name="TaskId">Id of the task: 32 hex digits.</param>
public sealed record EcsTaskArn(string Partition, string Region, string Account, string Cluster, string TaskId)
{
    private const int LongestCluster = 255;
    private const int TaskIdLength = 32;

    /// <summary>Reads one.</summary>
    /// <param name="arn">Anything.</param>
    /// <param name="result">The parts.</param>
    /// <returns>False if it is none, or one of the old kind that doesn't name its cluster.</returns>
    public static bool TryParse(string? arn, [NotNullWhen(true)] out EcsTaskArn? result)
    {
        result = null;
        if (arn is null || arn.Length > 400 || arn.Split(':') is not ["arn", string partition, "ecs", string region, string account, string resource])
        {
            return false;
        }

        bool good = AwsPartition.IsRegion(region)
            && partition == AwsPartition.ForRegion(region)
            && account.Length == 12 && account.All(char.IsAsciiDigit)
            && resource.Split('/') is ["task", string cluster, string task]
            && cluster.Length is > 0 and <= LongestCluster && cluster.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            && task.Length == TaskIdLength && task.All(char.IsAsciiHexDigitLower);
        if (good)
        {
            string[] parts = resource.Split('/');
            result = new EcsTaskArn(partition, region, account, parts[1], parts[2]);
        }

        return good;
    }

    /// <summary>The ARN.</summary>
    public override string ToString() => $"arn:{Partition}:ecs:{Region}:{Account}:task/{Cluster}/{TaskId}";
}
