using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Reading;

namespace Onboarding.Documents;

/// <summary>Reads ControlPlanes of Tetrate's product out of what people and <c>kubectl get controlplanes -o yaml</c> write.</summary>
public static class ControlPlaneReader
{
    /// <summary>Converts every ControlPlane in a text; documents of other kinds are passed over.</summary>
    /// <param name="content">YAML or JSON.</param>
    /// <returns>The conversions, of ControlPlanes without onboarding too; or why the text can't be read.</returns>
    public static ReadResult<IReadOnlyList<ControlPlaneConversion>> Read(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        // What kubectl prints of several objects is a list of them, which has no name.
        JsonArray? items = ResourceReader.ReadObject(content).Value is { } list && list["kind"]?.ToString().EndsWith("List", StringComparison.Ordinal) == true
            ? list["items"] as JsonArray
            : null;
        ReadResult<IReadOnlyList<JsonObject>> read =
            items is null ? ResourceReader.ReadManifest(content) : new() { Value = [.. items.OfType<JsonObject>()], Problems = [] };
        return new()
        {
            Value = read.Value is { } documents
                ? [.. documents.Where(d => d["kind"]?.ToString() == ControlPlaneConversion.Kind).Select(ControlPlaneConversion.Convert)]
                : null,
            Problems = read.Problems,
        };
    }
}
