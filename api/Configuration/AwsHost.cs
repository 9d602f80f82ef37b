using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>An AWS host, said explicitly. Exactly one member is set.</summary>
public sealed record AwsHost
{
    /// <summary>An EC2 instance.</summary>
    public EmptyMessage? Ec2 { get; init; }

    /// <summary>An ECS task.</summary>
    public EmptyMessage? Ecs { get; init; }

    internal static AwsHost Read(MapReader reader)
    {
        reader.OneOf(required: true, "ec2", "ecs");
        return new AwsHost
        {
            Ec2 = reader.Message("ec2", EmptyMessage.Read),
            Ecs = reader.Message("ecs", EmptyMessage.Read),
        };
    }

    internal JsonObject ToJson() => new JsonObject().With("ec2", EmptyMessage.ToJson(Ec2)).With("ecs", EmptyMessage.ToJson(Ecs));
}
