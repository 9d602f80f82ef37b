using System.Text.Json.Nodes;
using Onboarding.Api.Reading;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Documents;

/// <summary>
/// The one way in for what people write, YAML or JSON: every problem at once, each with its place. Nothing here throws for
/// what is in a document or file.
/// </summary>
public static class ResourceReader
{
    /// <summary>Reads one resource.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="kind">The kind it must be.</param>
    /// <param name="content">The document: UTF-8, at most 1 MiB.</param>
    public static ReadResult<T> Read<T>(ResourceKind<T> kind, ReadOnlySpan<byte> content)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(kind);
        ReadContext context = new();
        T? value = DocumentTree.ReadOne(context, content) is { } root ? ReadRoot(kind, context, root) : null;
        return new ReadResult<T> { Value = context.HasErrors ? null : value, Problems = context.Problems };
    }

    /// <summary>Reads one resource from a file.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="kind">The kind it must be.</param>
    /// <param name="path">The file.</param>
    /// <param name="opener">Opens it; null: the file system.</param>
    public static ReadResult<T> ReadFile<T>(ResourceKind<T> kind, string path, IFileOpener? opener = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReadContext context = new();
        return FileContent.Read(context, path, opener ?? SystemFiles.Instance) is { } content
            ? Read(kind, content)
            : new ReadResult<T> { Problems = context.Problems };
    }

    /// <summary>
    /// Reads a manifest: any number of objects of any kind, as <c>kubectl apply</c> takes it. Only the shape is checked; each
    /// object has <c>apiVersion</c>, <c>kind</c> and <c>metadata.name</c>.
    /// </summary>
    /// <param name="content">The documents: UTF-8, at most 1 MiB.</param>
    public static ReadResult<IReadOnlyList<JsonObject>> ReadManifest(ReadOnlySpan<byte> content)
    {
        ReadContext context = new();
        List<JsonObject> objects = [];
        foreach (Node document in DocumentTree.ReadAll(context, content))
        {
            if (document is MapNode map)
            {
                new MapReader(context, map, "").CheckObject();
                objects.Add((JsonObject)JsonNodes.ToJson(map)!);
            }
            else if (document is not ScalarNode { Kind: ScalarKind.Null })
            {
                context.Error(document.Position, "", ProblemReason.TypeInvalid, $"must be an object, not {document.Describe()}");
            }
        }

        return new ReadResult<IReadOnlyList<JsonObject>> { Value = context.HasErrors ? null : objects, Problems = context.Problems };
    }

    /// <summary>Reads one object of a kind that isn't ours, such as a kubeconfig: only its syntax is checked.</summary>
    /// <param name="content">The document: UTF-8, at most 1 MiB.</param>
    public static ReadResult<JsonObject> ReadObject(ReadOnlySpan<byte> content)
    {
        ReadContext context = new();
        Node? root = DocumentTree.ReadOne(context, content);
        if (root is not (null or MapNode))
        {
            // What it is instead isn't shown: it may be a token that was put where its kubeconfig should be.
            context.Error(root.Position, "", ProblemReason.TypeInvalid, "must be an object");
        }

        JsonObject? value = root is MapNode map ? (JsonObject)JsonNodes.ToJson(map)! : null;
        return new ReadResult<JsonObject> { Value = context.HasErrors ? null : value, Problems = context.Problems };
    }

    private static T? ReadRoot<T>(ResourceKind<T> kind, ReadContext context, Node root)
        where T : class
    {
        if (root is not MapNode map)
        {
            context.Error(root.Position, "", ProblemReason.TypeInvalid, $"must be an object with apiVersion and kind, not {root.Describe()}");
            return null;
        }

        MapReader reader = new(context, map, "");
        if (!reader.CheckKind(kind.ApiVersions, kind.Kind))
        {
            return null;
        }

        T value = kind.Read(reader);
        reader.Finish();
        return value;
    }
}
