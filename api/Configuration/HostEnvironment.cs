using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Where credential and host information come from. At most one member is set; none means <see cref="Auto"/>.</summary>
public sealed record HostEnvironment
{
    /// <summary>Find out the platform.</summary>
    public EmptyMessage? Auto { get; init; }

    /// <summary>AWS.</summary>
    public AwsHost? Aws { get; init; }

    /// <summary>Configured sources.</summary>
    public CustomHost? Custom { get; init; }

    internal static HostEnvironment Read(MapReader reader)
    {
        reader.OneOf(required: false, "auto", "aws", "custom");
        return new HostEnvironment
        {
            Auto = reader.Message("auto", EmptyMessage.Read),
            Aws = reader.Message("aws", AwsHost.Read),
            Custom = reader.Message("custom", CustomHost.Read),
        };
    }

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("auto", EmptyMessage.ToJson(Auto))
            .With("aws", Aws?.ToJson())
            .With("custom", Custom?.ToJson());
        return json.Count == 0 ? null : json;
    }
}
