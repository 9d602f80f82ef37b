using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api.Identity;

namespace Onboarding.Endpoint.Tokens;

/// <summary>The <c>claims.workload</c> of an onboarding token: a WorkloadIdentity as it stands in a registration.</summary>
internal static class IdentityClaim
{
    /// <summary>The identity as it goes into a token.</summary>
    public static JsonObject Write(WorkloadIdentity identity) => identity.ToJson();

    /// <summary>Reads what <see cref="Write"/> wrote, out of a token whose signature was checked.</summary>
    public static WorkloadIdentity Read(JsonElement claim) => new()
    {
        Jwt = claim.TryGetProperty("jwt", out JsonElement jwt) ? ReadJwt(jwt) : null,
        Aws = claim.TryGetProperty("aws", out JsonElement aws) ? ReadAws(aws) : null,
    };

    private static JwtIdentity ReadJwt(JsonElement jwt) => new()
    {
        Issuer = Text(jwt, "issuer"),
        Subject = Text(jwt, "subject"),
        Attributes = jwt.TryGetProperty("attributes", out JsonElement attributes)
            ? attributes.EnumerateObject().ToDictionary(a => a.Name, a => a.Value.GetString()!)
            : new Dictionary<string, string>(),
    };

    private static AwsIdentity ReadAws(JsonElement aws) => new()
    {
        Partition = Text(aws, "partition"),
        Account = Text(aws, "account"),
        Region = Text(aws, "region"),
        Zone = Text(aws, "zone"),
        Ec2 = aws.TryGetProperty("ec2", out JsonElement ec2)
            ? new Ec2Instance { InstanceId = Text(ec2, "instanceId"), IamRole = Role(ec2) }
            : null,
        Ecs = aws.TryGetProperty("ecs", out JsonElement ecs)
            ? new EcsTask { TaskId = Text(ecs, "taskId"), Cluster = Text(ecs, "cluster"), IamRole = Role(ecs) }
            : null,
    };

    private static IamRole? Role(JsonElement kind) => kind.TryGetProperty("iamRole", out JsonElement role) ? new IamRole(Text(role, "name")) : null;

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
