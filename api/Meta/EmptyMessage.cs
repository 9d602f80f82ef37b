using System.Text.Json.Nodes;

namespace Onboarding.Api.Meta;

/// <summary>A message without fields: that it is there is all it says.</summary>
public sealed record EmptyMessage
{
    internal static EmptyMessage Read(Reading.MapReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new EmptyMessage();
    }

    internal static JsonObject? ToJson(EmptyMessage? message) => message is null ? null : [];
}
