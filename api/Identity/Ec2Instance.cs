using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>An EC2 instance.</summary>
public sealed record Ec2Instance
{
    /// <summary>Instance id, e.g. <c>i-1234567890abcdef0</c>.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Role of the instance, if it has one.</summary>
    public IamRole? IamRole { get; init; }

    internal static Ec2Instance Read(MapReader reader) => new()
    {
        InstanceId = reader.RequiredText("instanceId"),
        IamRole = reader.Message("iamRole", IamRole.Read),
    };

    internal JsonObject ToJson() => new JsonObject().With("instanceId", InstanceId).With("iamRole", IamRole?.ToJson());
}

/// <summary>An IAM role.</summary>
/// <param name="Name">Its name, without path and account.</param>
public sealed record IamRole(string Name)
{
    internal static IamRole Read(MapReader reader) => new(reader.RequiredText("name"));

    internal JsonObject ToJson() => new JsonObject().With("name", Name);
}
