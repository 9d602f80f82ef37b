using System.Text.Json.Nodes;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>Reads the <c>spec</c> of an object that the API server sent.</summary>
internal static class SpecReading
{
    public static SpecReading<T> Read<T>(JsonObject resource, Func<MapReader, T> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(resource);
        ReadContext context = new();
        // The rest of the object is the API server's business; only the spec is what a user says to us.
        MapNode node = new(default, [new MapEntry("spec", default, JsonNodes.FromJson(resource["spec"]))]);
        T? spec = new MapReader(context, node, "").Message("spec", read, required: true);
        return new SpecReading<T>(context.HasErrors ? null : spec, context.Problems);
    }
}
