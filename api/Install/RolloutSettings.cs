using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: how boot configurations that restart sidecars reach the members.</summary>
public sealed record RolloutSettings
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(5);

    /// <summary>How many members may be restarting at once; by default 10%, at least one.</summary>
    public MaxUnavailable MaxUnavailable { get; init; } = MaxUnavailable.Default;

    /// <summary>True: no sidecar is restarted until it is taken back. What needs no restart is sent all the same.</summary>
    public bool Paused { get; init; }

    /// <summary>How long a member has to be ready again before it counts as failed, which pauses the rollout; by default 5 min.</summary>
    public TimeSpan ProgressDeadline { get; init; } = DefaultDeadline;

    internal static RolloutSettings Read(MapReader reader) => new()
    {
        MaxUnavailable = reader.TextOrNumber("maxUnavailable", CheckAmount) is { } text
            ? MaxUnavailable.TryParse(text) ?? MaxUnavailable.Default
            : MaxUnavailable.Default,
        Paused = reader.Flag("paused"),
        ProgressDeadline = reader.Duration("progressDeadline", TimeSpan.FromSeconds(1)) ?? DefaultDeadline,
    };

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("maxUnavailable", MaxUnavailable == MaxUnavailable.Default ? null : MaxUnavailable.ToString())
            .With("progressDeadline", ProgressDeadline == DefaultDeadline ? null : (TimeSpan?)ProgressDeadline);
        if (Paused)
        {
            json["paused"] = true;
        }

        return json.Count == 0 ? null : json;
    }

    private static string? CheckAmount(string text) => MaxUnavailable.TryParse(text) is null
        ? "must be a number of members from 1, or a share from 1% to 100%; to stop a rollout, set paused: true"
        : null;
}
