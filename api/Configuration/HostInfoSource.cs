using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>A source of host information. At most one member is set; none means <see cref="Basic"/>.</summary>
public sealed record HostInfoSource
{
    /// <summary>A plugin (docs/reference/plugins.md).</summary>
    public PluginConfiguration? Plugin { get; init; }

    /// <summary>The addresses of the local network interfaces.</summary>
    public BasicHostInfo? Basic { get; init; }

    internal static HostInfoSource Read(MapReader reader)
    {
        reader.OneOf(required: false, "plugin", "basic");
        return new HostInfoSource
        {
            Plugin = reader.Message("plugin", PluginConfiguration.Read),
            Basic = reader.Message("basic", BasicHostInfo.Read),
        };
    }

    internal JsonObject ToJson() => new JsonObject().With("plugin", Plugin?.ToJson()).With("basic", Basic?.ToJson());
}
