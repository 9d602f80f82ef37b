using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>A source of credentials. Exactly one member is set.</summary>
public sealed record CredentialSource
{
    /// <summary>A plugin (reference section 3.6).</summary>
    public PluginConfiguration? Plugin { get; init; }

    /// <summary>Ours: find out the platform, as <c>host.auto</c> does.</summary>
    public EmptyMessage? Auto { get; init; }

    /// <summary>Ours: AWS, as <c>host.aws</c>.</summary>
    public AwsHost? Aws { get; init; }

    internal static CredentialSource Read(MapReader reader)
    {
        reader.OneOf(required: true, "plugin", "auto", "aws");
        return new CredentialSource
        {
            Plugin = reader.Message("plugin", PluginConfiguration.Read),
            Auto = reader.Message("auto", EmptyMessage.Read),
            Aws = reader.Message("aws", AwsHost.Read),
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("plugin", Plugin?.ToJson())
        .With("auto", EmptyMessage.ToJson(Auto))
        .With("aws", Aws?.ToJson());
}
