using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>Ours: the boot configuration a workload should have and has.</summary>
public sealed record BootConfigurationState
{
    /// <summary>What it should have.</summary>
    public BootConfigurationRevision? Desired { get; init; }

    /// <summary>What it last said it has.</summary>
    public BootConfigurationRevision? Current { get; init; }

    internal static BootConfigurationState? FromJson(JsonObject? json) => json is null ? null : new BootConfigurationState
    {
        Desired = BootConfigurationRevision.FromJson(json["desired"] as JsonObject),
        Current = BootConfigurationRevision.FromJson(json["current"] as JsonObject),
    };

    internal JsonObject ToJson() => new JsonObject().With("desired", Desired?.ToJson()).With("current", Current?.ToJson());
}
