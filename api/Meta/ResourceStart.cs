using System.Text.Json.Nodes;

namespace Onboarding.Api.Meta;

/// <summary>The fields every object starts with.</summary>
internal static class ResourceStart
{
    public static JsonObject Start(this ResourceDefinition definition) => new()
    {
        ["apiVersion"] = definition.ApiVersion,
        ["kind"] = definition.Kind,
    };
}
