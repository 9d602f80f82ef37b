using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>A virtual machine of Azure.</summary>
public sealed record AzureVirtualMachine
{
    /// <summary>The machine's <c>vmId</c>: a UUID that stays for its life, and is never used again.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Scale set it belongs to; null if it isn't proved.</summary>
    public string? ScaleSet { get; init; }

    /// <summary>
    /// The managed identity whose token the agent presented: its resource id if it is user-assigned, <c>system</c> if it is the
    /// machine's own; null if none was presented.
    /// </summary>
    public string? ManagedIdentity { get; init; }

    internal static AzureVirtualMachine Read(MapReader reader) => new()
    {
        InstanceId = reader.RequiredText("instanceId", Checks.Uuid),
        ScaleSet = reader.Text("scaleSet", Checks.NotEmpty),
        ManagedIdentity = reader.Text("managedIdentity", Checks.NotEmpty),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("instanceId", InstanceId)
        .With("scaleSet", ScaleSet)
        .With("managedIdentity", ManagedIdentity);
}
