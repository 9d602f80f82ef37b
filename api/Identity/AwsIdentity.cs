using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>Identity proved by AWS.</summary>
public sealed record AwsIdentity
{
    /// <summary>Partition, e.g. <c>aws</c>.</summary>
    public required string Partition { get; init; }

    /// <summary>Account: 12 digits.</summary>
    public required string Account { get; init; }

    /// <summary>Region, e.g. <c>eu-west-1</c>.</summary>
    public required string Region { get; init; }

    /// <summary>Availability zone, e.g. <c>eu-west-1a</c>.</summary>
    public required string Zone { get; init; }

    /// <summary>Set for an EC2 instance.</summary>
    public Ec2Instance? Ec2 { get; init; }

    /// <summary>Set for an ECS task.</summary>
    public EcsTask? Ecs { get; init; }

    internal static AwsIdentity Read(MapReader reader)
    {
        reader.OneOf(required: true, "ec2", "ecs");
        return new AwsIdentity
        {
            Partition = reader.RequiredText("partition"),
            Account = reader.RequiredText("account", Checks.AwsAccount),
            Region = reader.RequiredText("region"),
            Zone = reader.RequiredText("zone"),
            Ec2 = reader.Message("ec2", Ec2Instance.Read),
            Ecs = reader.Message("ecs", EcsTask.Read),
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("partition", Partition)
        .With("account", Account)
        .With("region", Region)
        .With("zone", Zone)
        .With("ec2", Ec2?.ToJson())
        .With("ecs", Ecs?.ToJson());
}
