using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Timeout and retries of plugin calls.</summary>
public sealed record ConnectionSettings
{
    internal static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long one call may take; at least 1 ms, by default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>How calls are repeated.</summary>
    public RetryPolicy RetryPolicy { get; init; } = new();

    internal static ConnectionSettings Read(MapReader reader) => new()
    {
        Timeout = reader.Duration("timeout", Shortest) ?? DefaultTimeout,
        RetryPolicy = reader.Message("retryPolicy", RetryPolicy.Read) ?? new RetryPolicy(),
    };

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("timeout", Timeout == DefaultTimeout ? null : (TimeSpan?)Timeout)
            .With("retryPolicy", RetryPolicy.ToJson());
        return json.Count == 0 ? null : json;
    }
}
