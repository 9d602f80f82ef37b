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
}
