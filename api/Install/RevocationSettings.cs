using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: what happens to members that no policy admits any more.</summary>
public sealed record RevocationSettings
{
    private const int DefaultMaxPerMinute = 10;
    private static readonly IReadOnlyList<string> Modes = ["Report", "Evict"];

    /// <summary>What happens; by default <see cref="RevocationMode.Report"/>.</summary>
    public RevocationMode Mode { get; init; }

    /// <summary>How many members are removed in a minute at most, in the whole mesh; by default 10.</summary>
    public int MaxPerMinute { get; init; } = DefaultMaxPerMinute;

    internal static RevocationSettings Read(MapReader reader) => new()
    {
        Mode = (RevocationMode)(reader.Choice("mode", Modes) ?? 0),
        MaxPerMinute = (int)(reader.Integer("maxPerMinute", 1, 10_000, textToo: false) ?? DefaultMaxPerMinute),
    };

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("mode", Mode == RevocationMode.Report ? null : Modes[(int)Mode])
            .With("maxPerMinute", MaxPerMinute == DefaultMaxPerMinute ? null : (long?)MaxPerMinute);
        return json.Count == 0 ? null : json;
    }
}

/// <summary>Ours: what happens to a member that no policy admits any more.</summary>
public enum RevocationMode
{
    /// <summary>It is reported; it stays until its onboarding token has to be renewed.</summary>
    Report = 0,

    /// <summary>It is removed.</summary>
    Evict,
}
