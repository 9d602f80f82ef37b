using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>How plugin calls are repeated.</summary>
public sealed record RetryPolicy
{
    /// <summary>Waits that double.</summary>
    public ExponentialBackoff ExponentialBackoff { get; init; } = new();

    internal static RetryPolicy Read(MapReader reader) => new()
    {
        ExponentialBackoff = reader.Message("exponentialBackoff", ExponentialBackoff.Read) ?? new ExponentialBackoff(),
    };

    internal JsonObject? ToJson() =>
        ExponentialBackoff.ToJson() is { } backoff ? new JsonObject { ["exponentialBackoff"] = backoff } : null;
}
