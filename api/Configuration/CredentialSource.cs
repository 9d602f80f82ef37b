using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>A source of credentials. Exactly one member is set.</summary>
public sealed record CredentialSource
{
    /// <summary>A plugin (reference section 3.6).</summary>
    public PluginConfiguration? Plugin { get; init; }

    internal static CredentialSource Read(MapReader reader)
    {
        reader.OneOf(required: true, "plugin");
        return new CredentialSource { Plugin = reader.Message("plugin", PluginConfiguration.Read) };
    }

    internal JsonObject ToJson() => new JsonObject().With("plugin", Plugin?.ToJson());
}
