using Onboarding.Api.Proofs.Aws;
using Onboarding.Endpoint.Authentication.Aws;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Aws;

/// <summary>
/// Partitions and regions as AWS publishes them: <c>partitions.json</c> and <c>endpoints.json</c> of botocore, August 2026. A region that
/// came later is added by the operator (<c>authentication.aws.regions</c>), or here.
/// </summary>
public sealed class AwsPartitionTests
{
    public static TheoryData<string, string, string[]> Partitions => new()
    {
        {
            "aws", "amazonaws.com",
            [
                "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
                "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
                "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2",
                "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
            ]
        },
        { "aws-cn", "amazonaws.com.cn", ["cn-north-1", "cn-northwest-1"] },
        { "aws-us-gov", "amazonaws.com", ["us-gov-east-1", "us-gov-west-1"] },
        { "aws-eusc", "amazonaws.eu", ["eusc-de-east-1"] },
        { "aws-iso", "c2s.ic.gov", ["us-iso-east-1", "us-iso-west-1"] },
        { "aws-iso-b", "sc2s.sgov.gov", ["us-isob-east-1", "us-isob-west-1"] },
        { "aws-iso-e", "cloud.adc-e.uk", ["eu-isoe-west-1"] },
        { "aws-iso-f", "csp.hci.ic.gov", ["us-isof-east-1", "us-isof-south-1"] },
    };

    [Theory]
    [MemberData(nameof(Partitions))]
    public void The_services_of_a_region_are_where_AWS_says(string partition, string suffix, string[] regions)
    {
        foreach (string region in regions)
        {
            AwsPartition.IsRegion(region).ShouldBeTrue(region);
            AwsRegions.Has(region, []).ShouldBeTrue(region);
            AwsPartition.ForRegion(region).ShouldBe(partition, region);
            AwsPartition.HostOf("sts", region).ShouldBe($"sts.{region}.{suffix}");
            AwsPartition.HostOf("ecs", region).ShouldBe($"ecs.{region}.{suffix}");
            AwsRequest.GetCallerIdentity(region).Host.ShouldBe($"sts.{region}.{suffix}");
        }
    }

    [Theory]
    [MemberData(nameof(Partitions))]
    public void A_role_of_one_partition_is_none_of_a_region_in_another(string partition, string suffix, string[] regions)
    {
        _ = suffix;
        CallerIdentity caller = CallerIdentity.Parse("111122223333", $"arn:{partition}:sts::111122223333:assumed-role/cart/i-0abc");

        caller.IsOf(regions[0]).ShouldBeTrue();
        foreach (string other in Partitions.Select(row => row.Data.Item3[0]).Where(r => r != regions[0]))
        {
            caller.IsOf(other).ShouldBeFalse(other);
        }
    }

    [Theory]
    [InlineData("aws-global")]
    [InlineData("eu-west-")]
    [InlineData("eu-west-111")]
    [InlineData("eu--1")]
    [InlineData("-west-1")]
    [InlineData("eu-west")]
    [InlineData("a-b-c-d-e-1")]
    [InlineData("eu-west-1-")]
    [InlineData("eu-we1t-1")]
    [InlineData("")]
    public void What_is_no_regions_name_is_none(string text) => AwsPartition.IsRegion(text).ShouldBeFalse();
}
