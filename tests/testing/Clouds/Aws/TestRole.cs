using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Onboarding.Testing.Clouds.Aws;

/// <summary>Credentials of a role's session.</summary>
/// <param name="Account">Account.</param>
/// <param name="Role">Name of the role.</param>
/// <param name="Session">Name of the session: instance id, or task id.</param>
public sealed record TestRole(string Account, string Role, string Session)
{
    public string Partition { get; init; } = "aws";

    public string AccessKeyId { get; } = "ASIA" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8));

    public string SecretKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(30));

    public string Token { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(300));

    public string Arn => $"arn:{Partition}:sts::{Account}:assumed-role/{Role}/{Session}";

    /// <summary>As metadata services give them.</summary>
    public string ToJson() => new JsonObject
    {
        ["Code"] = "Success",
        ["LastUpdated"] = "2026-01-01T00:00:00Z",
        ["Type"] = "AWS-HMAC",
        [nameof(AccessKeyId)] = AccessKeyId,
        ["SecretAccessKey"] = SecretKey,
        [nameof(Token)] = Token,
        ["Expiration"] = DateTimeOffset.UtcNow.AddHours(6).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    }.ToJsonString();
}
