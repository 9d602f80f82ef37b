using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>Ours: the boot configuration a workload should have and has.</summary>
public sealed record BootConfigurationState
{
    /// <summary>What it should have.</summary>
    public BootConfigurationRevision? Desired { get; init; }

    /// <summary>What it has, with its sidecar ready on it; null until it has said so.</summary>
    public BootConfigurationRevision? Current { get; init; }

    /// <summary>
    /// Generation up to which it may restart its sidecar, as the rollout decided; null before the first rollout. Above
    /// <see cref="Current"/>'s: it is restarting.
    /// </summary>
    public long? Admitted { get; init; }

    internal static BootConfigurationState? FromJson(JsonObject? json) => json is null ? null : new BootConfigurationState
    {
        Desired = BootConfigurationRevision.FromJson(json["desired"] as JsonObject),
        Current = BootConfigurationRevision.FromJson(json["current"] as JsonObject),
        Admitted = json.IntegerOf("admitted"),
    };

    internal JsonObject ToJson() => new JsonObject().With("desired", Desired?.ToJson()).With("current", Current?.ToJson()).With("admitted", Admitted);
}
