using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>How workloads leave.</summary>
public sealed record DeregistrationSettings
{
    private static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Advised = TimeSpan.FromSeconds(15);

    /// <summary>How long a sidecar serves on after its WorkloadEntry is gone; 0 or more, by default 10 s.</summary>
    public TimeSpan PropagationDelay { get; init; } = DefaultDelay;

    internal static DeregistrationSettings Read(MapReader reader)
    {
        TimeSpan delay = reader.Duration("propagationDelay", TimeSpan.Zero) ?? DefaultDelay;
        if (delay >= Advised)
        {
            reader.Warn("propagationDelay", "should be under 15s: systemd and ECS kill an agent that takes longer to stop");
        }

        return new DeregistrationSettings { PropagationDelay = delay };
    }

    internal JsonObject? ToJson() =>
        PropagationDelay == DefaultDelay ? null : new JsonObject().With("propagationDelay", (TimeSpan?)PropagationDelay);
}
