using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Protobuf;

namespace Onboarding.Embedded.Requests;

/// <summary>A request's body, read under its limit.</summary>
/// <param name="Value">What it says; null if it is empty.</param>
/// <param name="Bytes">The bytes as sent.</param>
/// <param name="MediaType">Its type without parameters.</param>
/// <param name="Duplicates">Fields given twice.</param>
internal sealed record RequestBody(JsonNode? Value, byte[] Bytes, string MediaType, IReadOnlyList<string> Duplicates)
{
    /// <summary>Largest body, as on a real server.</summary>
    public const int Limit = 3 * 1024 * 1024;

    private const string JsonTypes = "application/json, application/yaml, " + KubernetesProtobuf.MediaType;

    /// <summary>Reads a body.</summary>
    /// <param name="http">The request.</param>
    /// <param name="accepted">Media types beside JSON and YAML; null for those two.</param>
    public static async Task<RequestBody> ReadAsync(HttpContext http, params IReadOnlyList<string> accepted)
    {
        string type = (http.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        type = type.Length == 0 ? "application/json" : type;
        bool known = accepted.Count > 0 ? accepted.Contains(type) : type is "application/json" or "application/yaml" or KubernetesProtobuf.MediaType;
        if (!known)
        {
            throw ApiErrors.UnsupportedMediaType(accepted.Count > 0 ? string.Join(", ", accepted) : JsonTypes);
        }

        byte[] bytes = await BytesAsync(http);
        if (bytes.Length == 0)
        {
            return new RequestBody(null, bytes, type, []);
        }

        if (type == KubernetesProtobuf.MediaType)
        {
            return new RequestBody(KubernetesProtobuf.Read(bytes), bytes, type, []);
        }

        return type.EndsWith("yaml", StringComparison.Ordinal) && !LooksLikeJson(bytes)
            ? new RequestBody(YamlBody.Read(bytes), bytes, type, [])
            : FromJson(bytes, type);
    }

    /// <summary>The body as an object.</summary>
    public JsonObject Object => Value as JsonObject ??
        throw ApiErrors.BadRequest("the request body must be an object with apiVersion and kind");

    private static RequestBody FromJson(byte[] bytes, string type)
    {
        var reader = new JsonDocumentReader();
        try
        {
            return new RequestBody(reader.Read(bytes), bytes, type, reader.Duplicates);
        }
        catch (JsonException problem)
        {
            throw ApiErrors.BadRequest($"the request body is not valid JSON: {problem.Message}");
        }
    }

    private static bool LooksLikeJson(byte[] bytes)
    {
        ReadOnlySpan<byte> text = bytes.AsSpan().TrimStart(" \t\r\n"u8);
        return text.Length > 0 && text[0] is (byte)'{' or (byte)'[';
    }

    private static async Task<byte[]> BytesAsync(HttpContext http)
    {
        if (http.Request.ContentLength > Limit)
        {
            throw ApiErrors.TooLarge(Limit);
        }

        using var buffer = new MemoryStream();
        byte[] chunk = new byte[16 * 1024];
        for (int read; (read = await ReadAsync(http, chunk)) > 0;)
        {
            buffer.Write(chunk, 0, read);
            // Counted while reading: a chunked body has no length to refuse beforehand.
            if (buffer.Length > Limit)
            {
                throw ApiErrors.TooLarge(Limit);
            }
        }

        return buffer.ToArray();
    }

    // A client that resets its stream in the middle of the body is a client that left, not a failure of this server. Kestrel says
    // it by an IOException, possibly before RequestAborted is signalled.
    private static async ValueTask<int> ReadAsync(HttpContext http, byte[] chunk)
    {
        try
        {
            return await http.Request.Body.ReadAsync(chunk, http.RequestAborted);
        }
        catch (IOException left) when (left is not BadHttpRequestException)
        {
            throw new OperationCanceledException("The client left.", left);
        }
    }
}
