using System.Text.Json;

namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>
/// Reads JSON that decides who somebody is: no property twice, in any spelling of its case; no byte order mark, comments or trailing
/// commas; UTF-8 and Unicode that are whole. Whatever another reader might take differently is refused.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Reads an object.</summary>
    /// <exception cref="AwsDocumentException">It is none, or an ambiguous one.</exception>
    public static JsonDocument Read(ReadOnlyMemory<byte> utf8, int largest)
    {
        if (utf8.Length > largest)
        {
            throw new AwsDocumentException($"it is larger than {largest} bytes");
        }

        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new AwsDocumentException("it isn't an object");
            }

            Check(document.RootElement);
            return document;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            document?.Dispose();
            throw new AwsDocumentException("it isn't unambiguous JSON", e);
        }
        catch (AwsDocumentException)
        {
            document?.Dispose();
            throw;
        }
    }

    /// <summary>A text that isn't empty.</summary>
    /// <exception cref="AwsDocumentException">There is none.</exception>
    public static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new AwsDocumentException($"it has no {name}");

    /// <summary>A member that is an object.</summary>
    /// <exception cref="AwsDocumentException">There is none.</exception>
    public static JsonElement Object(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw new AwsDocumentException($"it has no {name}");

    private static void Check(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    // accountId beside accountID: readers that fold case take one of them, and not the same one.
                    if (!names.Add(property.Name))
                    {
                        throw new AwsDocumentException("a property is in it twice");
                    }

                    Check(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Check(item);
                }

                break;
            case JsonValueKind.String:
                // Finds lone surrogates, which are noticed only when a text is asked for.
                if (element.GetString()!.Contains('\0', StringComparison.Ordinal))
                {
                    throw new AwsDocumentException("a text in it has a NUL");
                }

                break;
        }
    }
}
