using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>
/// Matches identities proved by Azure: AND across fields, OR across values, empty lists match any; whole values, without case,
/// as Azure compares its names.
/// </summary>
public sealed record AzureMatcher
{
    /// <summary>Subscriptions; at least one in <c>allow</c>: "any subscription" can't be said.</summary>
    public IReadOnlyList<string> Subscriptions { get; init; } = [];

    /// <summary>Tenants; an identity whose tenant wasn't proved has none.</summary>
    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>Resource groups; an identity whose resource group wasn't proved has none.</summary>
    public IReadOnlyList<string> ResourceGroups { get; init; } = [];

    /// <summary>Virtual machines.</summary>
    public AzureVirtualMachineMatcher? Compute { get; init; }

    internal static AzureMatcher Read(MapReader reader, bool bounded) => new()
    {
        Subscriptions = reader.Texts("subscriptions", Checks.Uuid, required: bounded),
        Tenants = reader.Texts("tenants", Checks.Uuid),
        ResourceGroups = reader.Texts("resourceGroups", Checks.NotEmpty),
        Compute = reader.Message("compute", AzureVirtualMachineMatcher.Read),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("subscriptions", Subscriptions)
        .With("tenants", Tenants)
        .With("resourceGroups", ResourceGroups)
        .With("compute", Compute?.ToJson());
}
