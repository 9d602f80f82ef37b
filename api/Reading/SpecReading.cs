using System.Text.Json.Nodes;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>A spec, or what is wrong with it.</summary>
internal sealed record SpecReading<T>(T? Spec, IReadOnlyList<Problem> Problems)
    where T : class;

/// <summary>Reads part of an object that came as JSON.</summary>
internal static class SpecReading
{
    /// <summary>Reads the <c>spec</c> of an object that the API server sent.</summary>
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

    /// <summary>Reads a JSON object that is no resource of its own.</summary>
    public static ReadResult<T> ReadFragment<T>(JsonObject json, Func<MapReader, T> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(json);
        ReadContext context = new();
        MapReader reader = new(context, (MapNode)JsonNodes.FromJson(json), "");
        T value = read(reader);
        reader.Finish();
        return new ReadResult<T> { Value = context.HasErrors ? null : value, Problems = context.Problems };
    }
}
