using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Meta;

/// <summary>
/// What the plane's own kinds have in common: a spec that someone may have stored badly. Reading one never throws; what is wrong
/// with it is kept beside it, and it is written back as it came.
/// </summary>
/// <typeparam name="TSpec">What the kind specifies.</typeparam>
public abstract record CustomResource<TSpec> : IKubernetesObject
    where TSpec : class
{
    private protected CustomResource()
    {
    }

    /// <summary>An object that the API server sent. Metadata is its business; only the spec is what a user says to us.</summary>
    /// <param name="json">The object.</param>
    /// <param name="read">Reads its spec.</param>
    /// <param name="keepsStored">False for kinds of which there are thousands: of a spec that can be read, no copy is kept as it came.</param>
    private protected CustomResource(JsonObject json, Func<MapReader, TSpec> read, bool keepsStored = true)
    {
        SpecReading<TSpec> reading = SpecReading.Read(json, read);
        Metadata = ObjectMetaJson.Read(json);
        Spec = reading.Spec;
        Problems = reading.Problems;
        SpecAsStored = keepsStored || Spec is null ? json["spec"]?.DeepClone() : null;
    }

    /// <summary>An object in a file: its problems are the reader's, with their lines.</summary>
    private protected CustomResource(MapReader reader, Func<MapReader, TSpec> read)
    {
        Metadata = reader.ObjectMeta();
        Spec = reader.Message("spec", read, required: true);
        SpecAsStored = reader.ToJson()["spec"]?.DeepClone();
        reader.Ignore("status");
    }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>What it says; null if it has any error, so that half of it is never in force.</summary>
    public TSpec? Spec { get; init; }

    /// <summary>What is wrong with the stored spec, every error and warning.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>The spec as it came, if it came from JSON; what an object with problems is written back with.</summary>
    private protected JsonNode? SpecAsStored { get; init; }

    /// <summary>The object as it is sent to the server, up to its status.</summary>
    private protected JsonObject Write(ResourceDefinition definition, JsonObject? spec) => definition.Start()
        .With("metadata", ObjectMetaJson.Write(Metadata))
        .With("spec", spec ?? SpecAsStored?.DeepClone());
}

/// <summary>Where the Kubernetes API keeps objects of a kind.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Version, e.g. <c>v1alpha1</c>.</param>
/// <param name="Kind">Kind, e.g. <c>WorkloadGroup</c>.</param>
/// <param name="Plural">Name in URLs, e.g. <c>workloadgroups</c>.</param>
/// <param name="Namespaced">True if objects live in a namespace.</param>
public sealed record ResourceDefinition(string Group, string Version, string Kind, string Plural, bool Namespaced = true)
{
    /// <summary>The <c>apiVersion</c> field of objects of this kind.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}
