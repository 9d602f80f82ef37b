using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>
/// Identity proved by Azure. Subscription and virtual machine name the workload; tenant and resource group are attributes, and
/// known only where a managed identity's token proved them: the attested document has neither. Azure compares all of its names
/// without case, and so do policies.
/// </summary>
public sealed record AzureIdentity
{
    /// <summary>Subscription: a UUID.</summary>
    public required string Subscription { get; init; }

    /// <summary>Tenant: a UUID; null if it isn't proved.</summary>
    public string? Tenant { get; init; }

    /// <summary>Resource group of the machine; null if it isn't proved.</summary>
    public string? ResourceGroup { get; init; }

    /// <summary>Set for a virtual machine.</summary>
    public AzureVirtualMachine? Compute { get; init; }

    internal static AzureIdentity Read(MapReader reader)
    {
        reader.OneOf(required: true, "compute");
        return new AzureIdentity
        {
            Subscription = reader.RequiredText("subscription", Checks.Uuid),
            Tenant = reader.Text("tenant", Checks.Uuid),
            ResourceGroup = reader.Text("resourceGroup", Checks.NotEmpty),
            Compute = reader.Message("compute", AzureVirtualMachine.Read),
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("subscription", Subscription)
        .With("tenant", Tenant)
        .With("resourceGroup", ResourceGroup)
        .With("compute", Compute?.ToJson());
}
