using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Ours: when the machine's traffic and its look-ups of names go to Istio's sidecar, and when past it.</summary>
public sealed record CaptureConfiguration
{
    private static readonly IReadOnlyList<string> Starts = ["WhenReady", "BeforeStart"];
    private static readonly IReadOnlyList<string> Failures = ["Closed", "Open"];
    private static readonly TimeSpan DefaultOpenAfter = TimeSpan.FromMinutes(1);

    /// <summary>When the capture begins.</summary>
    public CaptureStart Start { get; init; }

    /// <summary>What happens to it while the sidecar is not ready.</summary>
    public CaptureOnFailure OnFailure { get; init; }

    /// <summary>How long the sidecar may be not ready before <see cref="CaptureOnFailure.Open"/> ends the capture; by default 1 min.</summary>
    public TimeSpan OpenAfter { get; init; } = DefaultOpenAfter;

    internal static CaptureConfiguration Read(MapReader reader) => new()
    {
        Start = (CaptureStart)(reader.Choice("start", Starts) ?? 0),
        OnFailure = (CaptureOnFailure)(reader.Choice("onFailure", Failures) ?? 0),
        OpenAfter = reader.Duration("openAfter", TimeSpan.FromSeconds(1)) ?? DefaultOpenAfter,
    };

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("start", Start == CaptureStart.WhenReady ? null : Starts[(int)Start])
            .With("onFailure", OnFailure == CaptureOnFailure.Closed ? null : Failures[(int)OnFailure])
            .With("openAfter", OpenAfter == DefaultOpenAfter ? null : (TimeSpan?)OpenAfter);
        return json.Count == 0 ? null : json;
    }
}

/// <summary>When the capture begins.</summary>
public enum CaptureStart
{
    /// <summary>Once the sidecar is ready: a machine whose control plane is away keeps its connections and names.</summary>
    WhenReady = 0,

    /// <summary>Before the sidecar starts, as Istio's script does: no connection is ever made past the sidecar.</summary>
    BeforeStart,
}

/// <summary>What happens to a capture in force while the sidecar is not ready.</summary>
public enum CaptureOnFailure
{
    /// <summary>It stays: nothing gets past the sidecar, neither in nor out, as in Istio.</summary>
    Closed = 0,

    /// <summary>It ends after a time, until the sidecar is ready again.</summary>
    Open,
}
