using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Matches virtual machines of Azure.</summary>
public sealed record AzureVirtualMachineMatcher
{
    /// <summary><c>vmId</c>s; empty matches any.</summary>
    public IReadOnlyList<string> InstanceIds { get; init; } = [];

    /// <summary>Scale sets; empty matches any, also machines outside one.</summary>
    public IReadOnlyList<string> ScaleSets { get; init; } = [];

    /// <summary>Managed identities: resource ids, or <c>system</c>; empty matches any, also machines that presented none.</summary>
    public IReadOnlyList<string> ManagedIdentities { get; init; } = [];

    internal static AzureVirtualMachineMatcher Read(MapReader reader) => new()
    {
        InstanceIds = reader.Texts("instanceIds", Checks.Uuid),
        ScaleSets = reader.Texts("scaleSets", Checks.NotEmpty),
        ManagedIdentities = reader.Texts("managedIdentities", Checks.NotEmpty),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("instanceIds", InstanceIds)
        .With("scaleSets", ScaleSets)
        .With("managedIdentities", ManagedIdentities);
}
