using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Waits that double up to a maximum.</summary>
public sealed record ExponentialBackoff
{
    private static readonly TimeSpan DefaultInitial = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DefaultMaximum = TimeSpan.FromSeconds(15);

    /// <summary>The first wait; at least 1 ms, by default 1 s.</summary>
    public TimeSpan InitialInterval { get; init; } = DefaultInitial;

    /// <summary>The longest wait; at least 1 ms, by default 15 s.</summary>
    public TimeSpan MaxInterval { get; init; } = DefaultMaximum;

    internal static ExponentialBackoff Read(MapReader reader)
    {
        ExponentialBackoff backoff = new()
        {
            InitialInterval = reader.Duration("initialInterval", ConnectionSettings.Shortest) ?? DefaultInitial,
            MaxInterval = reader.Duration("maxInterval", ConnectionSettings.Shortest) ?? DefaultMaximum,
        };
        if (backoff.InitialInterval > backoff.MaxInterval)
        {
            reader.Warn("initialInterval", $"is longer than maxInterval ({DurationText.Format(backoff.MaxInterval)}), which every wait is cut to");
        }

        return backoff;
    }

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("initialInterval", InitialInterval == DefaultInitial ? null : (TimeSpan?)InitialInterval)
            .With("maxInterval", MaxInterval == DefaultMaximum ? null : (TimeSpan?)MaxInterval);
        return json.Count == 0 ? null : json;
    }
}
