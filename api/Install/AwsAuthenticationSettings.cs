using System.Text.Json.Nodes;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: authentication by what AWS says of its instances and tasks. Which accounts may join is what policies say.</summary>
public sealed record AwsAuthenticationSettings
{
    /// <summary>EC2 instances; null: none is accepted.</summary>
    public AwsEc2Settings? Ec2 { get; init; }

    /// <summary>ECS tasks; null: none is accepted.</summary>
    public AwsEcsSettings? Ecs { get; init; }

    /// <summary>Regions that AWS has opened since this version was made: their endpoints are asked, too.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    internal static AwsAuthenticationSettings Read(MapReader reader) => new()
    {
        Ec2 = reader.Message("ec2", AwsEc2Settings.Read),
        Ecs = reader.Message("ecs", AwsEcsSettings.Read),
        Regions = reader.Texts("regions", region => AwsPartition.IsRegion(region) ? null : "must be the name of an AWS region, e.g. eu-west-1"),
    };

    internal JsonObject ToJson() => new JsonObject().With("ec2", Ec2?.ToJson()).With("ecs", Ecs?.ToJson()).With("regions", Regions);
}
