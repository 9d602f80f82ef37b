using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Patching;

/// <summary>JSON patch (RFC 6902).</summary>
internal static class JsonPatch
{
    /// <summary>
    /// What <c>copy</c> may make in all, in bytes, as on a real server: forty copies of an object into itself would be 2⁴⁰ of it.
    /// </summary>
    public const int MostCopied = 3 * 1024 * 1024;

    /// <summary>More operations than this are refused, as on a real server.</summary>
    public const int MostOperations = 10_000;

    public static JsonObject Apply(JsonObject target, JsonArray operations)
    {
        if (operations.Count > MostOperations)
        {
            throw new ApiException(413, "RequestEntityTooLarge",
                $"The allowed maximum operations in a JSON patch is {MostOperations}, got {operations.Count}");
        }

        JsonNode? document = target;
        int copied = 0;
        foreach (JsonNode? operation in operations)
        {
            document = Step(document, operation, ref copied);
        }

        return document as JsonObject ?? throw Fails("the result is no object");
    }

    private static JsonNode? Step(JsonNode? document, JsonNode? operation, ref int copied)
    {
        string path = operation.Text("path") ?? throw Fails("an operation has no path");
        JsonNode? value = operation.At("value");
        switch (operation.Text("op"))
        {
            case "add":
                return Set(document, path, value?.DeepClone(), add: true);
            case "replace":
                Find(document, path);
                return Set(document, path, value?.DeepClone(), add: false);
            case "remove":
                return Remove(document, path);
            case "move":
                JsonNode? moved = Find(document, From(operation))?.DeepClone();
                return Set(Remove(document, From(operation)), path, moved, add: true);
            case "copy":
                JsonNode? copy = Find(document, From(operation));
                copied += Encoding.UTF8.GetByteCount(copy?.ToJsonString() ?? "null");
                return copied <= MostCopied
                    ? Set(document, path, copy?.DeepClone(), add: true)
                    : throw Fails($"Unable to complete the copy, the accumulated size increase of copy is {copied}, exceeding the limit {MostCopied}");
            case "test":
                return JsonNode.DeepEquals(Find(document, path), value)
                    ? document
                    : throw Fails($"testing value {path} failed");
            default:
                throw Fails($"unexpected kind of operation: {operation.Text("op")}");
        }
    }

    private static string From(JsonNode? operation) => operation.Text("from") ?? throw Fails("an operation has no from");

    private static JsonNode? Find(JsonNode? document, string path)
    {
        foreach (string token in Tokens(path))
        {
            document = document switch
            {
                JsonObject value when value.TryGetPropertyValue(token, out JsonNode? child) => child,
                JsonArray list when Index(token) is { } index && index < list.Count => list[index],
                _ => throw Fails($"doc is missing path: {path}: missing value"),
            };
        }

        return document;
    }

    private static JsonNode? Set(JsonNode? document, string path, JsonNode? value, bool add)
    {
        // The reader's limit on nesting is one on what is read; operations could build what overflows the stack level by level.
        if (Tokens(path).Count() + DepthOf(value) > JsonDocumentReader.MaxDepth)
        {
            throw Fails($"the value at {(path.Length > 128 ? path[..128] + "…" : path)} would be nested deeper than {JsonDocumentReader.MaxDepth} levels");
        }

        if (path.Length == 0)
        {
            return value;
        }

        (string parent, string token) = Split(path);
        switch (Find(document, parent))
        {
            case JsonObject target:
                target[token] = value;
                break;
            case JsonArray list when add && token == "-":
                list.Add(value);
                break;
            case JsonArray list when add && Index(token) is { } index && index <= list.Count:
                list.Insert(index, value);
                break;
            case JsonArray list when !add && Index(token) is { } index && index < list.Count:
                list[index] = value;
                break;
            default:
                throw Fails($"path does not exist: {path}");
        }

        return document;
    }

    private static int DepthOf(JsonNode? node) => node switch
    {
        JsonObject value => 1 + value.Select(p => DepthOf(p.Value)).DefaultIfEmpty().Max(),
        JsonArray list => 1 + list.Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static JsonNode? Remove(JsonNode? document, string path)
    {
        (string parent, string token) = Split(path);
        switch (Find(document, parent))
        {
            case JsonObject target when target.Remove(token):
                return document;
            case JsonArray list when Index(token) is { } index && index < list.Count:
                list.RemoveAt(index);
                return document;
            default:
                throw Fails($"unable to remove nonexistent key: {path}: missing value");
        }
    }

    private static (string Parent, string Token) Split(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? throw Fails($"invalid path: {path}") : (path[..slash], Unescape(path[(slash + 1)..]));
    }

    private static IEnumerable<string> Tokens(string path) =>
        path.Length == 0 ? []
        : path[0] == '/' ? path[1..].Split('/').Select(Unescape)
        : throw Fails($"invalid path: {path}");

    private static string Unescape(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static int? Index(string token) =>
        int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    private static ApiException Fails(string why) => new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}", []);
}
