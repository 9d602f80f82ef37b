using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Api.Reading;

/// <summary>The fields every object starts with.</summary>
internal static class ResourceStart
{
    public static JsonObject Start(this ResourceDefinition definition) => new()
    {
        ["apiVersion"] = definition.ApiVersion,
        ["kind"] = definition.Kind,
    };
}
