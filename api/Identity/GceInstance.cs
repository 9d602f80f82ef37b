using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>An instance of Google Compute Engine.</summary>
public sealed record GceInstance
{
    /// <summary>Numeric instance id; names are used again, ids aren't.</summary>
    public required string InstanceId { get; init; }

    /// <summary>E-mail address of the service account the token was issued for, if it says one.</summary>
    public string? ServiceAccount { get; init; }

    internal static GceInstance Read(MapReader reader) => new()
    {
        InstanceId = reader.RequiredText("instanceId", Checks.Digits),
        ServiceAccount = reader.Text("serviceAccount", Checks.NotEmpty),
    };

    internal JsonObject ToJson() => new JsonObject().With("instanceId", InstanceId).With("serviceAccount", ServiceAccount);
}
