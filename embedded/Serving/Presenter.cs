using System.Buffers;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Serving;

/// <summary>Shows stored objects in the version and representation a client asked for.</summary>
internal sealed class Presenter(ResourceRequest request, Representation representation, TimeProvider time)
{
    private bool _columnsSent;

    /// <summary>True if clients are shown the very bytes that are stored: nothing need be parsed and rewritten for each of them.</summary>
    public bool IsAsStored => representation == Representation.Json && request.Version == request.Kind.StoredVersion;

    public JsonObject One(JsonObject stored) => representation switch
    {
        Representation.Table => Table([Convert(stored)], ListMetadata(stored)),
        Representation.Metadata => PartialObject.FromObject(Convert(stored)),
        _ => Convert(stored),
    };

    public JsonObject Many(IEnumerable<JsonObject> stored, JsonObject metadata)
    {
        IEnumerable<JsonObject> items = stored.Select(Convert);
        if (representation == Representation.Table)
        {
            return Table(items, metadata);
        }

        bool partial = representation == Representation.Metadata;
        return new JsonObject
        {
            ["kind"] = partial ? "PartialObjectMetadataList" : $"{request.Kind.Name}List",
            ["apiVersion"] = partial ? "meta.k8s.io/v1" : request.Kind.ApiVersion(request.Version),
            ["metadata"] = metadata,
            ["items"] = new JsonArray([.. items.Select(i => partial ? PartialObject.FromObject(i) : i)]),
        };
    }

    /// <summary>A list of objects as they are stored; see <see cref="IsAsStored"/>.</summary>
    public byte[] ManyAsStored(IEnumerable<StoredObject> stored, JsonObject metadata)
    {
        byte[] empty = JsonText.Bytes(Many([], metadata));
        var list = new ArrayBufferWriter<byte>(Math.Max(empty.Length, 64 * 1024));
        list.Write(empty.AsSpan(0, empty.Length - 2)); // up to and with the bracket that opens the items
        bool first = true;
        foreach (StoredObject item in stored)
        {
            if (!first)
            {
                list.Write(","u8);
            }

            list.Write(item.Json);
            first = false;
        }

        list.Write("]}"u8);
        return list.WrittenSpan.ToArray();
    }

    /// <summary>An object that is only a version, to tell a watcher how far it has come.</summary>
    public JsonObject Bookmark(long version, bool initialEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        if (initialEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        return representation == Representation.Table
            ? Table([], metadata)
            : new JsonObject
            {
                ["kind"] = request.Kind.Name,
                ["apiVersion"] = request.Kind.ApiVersion(request.Version),
                ["metadata"] = metadata,
            };
    }

    private static JsonObject ListMetadata(JsonObject stored) =>
        new() { ["resourceVersion"] = stored.Text("metadata", "resourceVersion") };

    private JsonObject Convert(JsonObject stored) => request.Kind.ToVersion(stored, request.Version);

    private JsonObject Table(IEnumerable<JsonObject> items, JsonObject metadata)
    {
        JsonObject table = TableWriter.Write(
            request.Kind, items, metadata, request.Query("includeObject"), columns: !_columnsSent, time.GetUtcNow());
        // A watch names its columns once.
        _columnsSent = true;
        return table;
    }
}

/// <summary>An object reduced to its metadata, for clients that ask for no more.</summary>
internal static class PartialObject
{
    public static JsonObject FromObject(JsonObject value) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = value["metadata"]?.DeepClone(),
    };
}
