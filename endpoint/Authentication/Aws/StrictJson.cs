using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Onboarding.Endpoint.Authentication.Aws.Requests;

namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>
/// Reads JSON that decides who someone is: no property twice, in any spelling of its case; no byte order mark, comments or trailing
/// commas; UTF-8 and Unicode that are whole. Whatever another reader might take differently is refused.
/// </summary>
internal static class StrictJson
{
    private const int Deepest = 16;
    private const int MostNames = 256;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Deepest };

    /// <summary>Reads an object.</summary>
    /// <exception cref="AwsDocumentException">It is none, or an ambiguous one.</exception>
    public static JsonDocument Read(ReadOnlyMemory<byte> utf8, int largest)
    {
        if (utf8.Length > largest)
        {
            throw new AwsDocumentException($"it is larger than {largest} bytes");
        }

        try
        {
            Check(utf8.Span, [], []);
            JsonDocument document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            throw new AwsDocumentException("it isn't an object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new AwsDocumentException("it isn't unambiguous JSON", e);
        }
    }

    /// <summary>Reads texts at the top of an object, all in one pass.</summary>
    /// <param name="utf8">The object.</param>
    /// <param name="largest">Most bytes it may have.</param>
    /// <param name="names">Names of the texts, UTF-8.</param>
    /// <returns>The texts, in the order of the names; none is empty.</returns>
    /// <exception cref="AwsDocumentException">It is none, an ambiguous one, or a text isn't there.</exception>
    public static string[] ReadTexts(ReadOnlyMemory<byte> utf8, int largest, params ReadOnlySpan<byte[]> names)
    {
        if (utf8.Length > largest)
        {
            throw new AwsDocumentException($"it is larger than {largest} bytes");
        }

        string?[] texts = new string?[names.Length];
        try
        {
            Check(utf8.Span, names, texts);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new AwsDocumentException("it isn't unambiguous JSON", e);
        }

        int missing = Array.FindIndex(texts, string.IsNullOrEmpty);
        return missing < 0 ? Array.ConvertAll(texts, text => text!) : throw new AwsDocumentException($"it has no {Encoding.UTF8.GetString(names[missing])}");
    }

    /// <summary>The first text of this name at the top, whatever else is there: for a look at what no one has verified yet.</summary>
    /// <exception cref="AwsDocumentException">There is none.</exception>
    public static string Peek(ReadOnlyMemory<byte> utf8, ReadOnlySpan<byte> name)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = Deepest });
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(name)
                    && reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    return reader.GetString()!;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new AwsDocumentException("it isn't JSON", e);
        }

        throw new AwsDocumentException($"it has no {Encoding.UTF8.GetString(name)}");
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

    // In one pass, without making a text of anything that isn't asked for: every joining EC2 instance comes by here.
    private static void Check(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte[]> wanted, Span<string?> texts)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new AwsDocumentException("it isn't UTF-8");
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Deepest });
        Span<Range> names = stackalloc Range[MostNames];
        Span<int> starts = stackalloc int[Deepest + 1];
        int count = 0;
        int asked = -1;
        while (reader.Read())
        {
            if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject))
            {
                throw new AwsDocumentException("it isn't an object");
            }

            if (reader.TokenType == JsonTokenType.String && asked >= 0)
            {
                texts[asked] = reader.GetString();
            }

            asked = reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 ? IndexOf(reader.ValueSpan, wanted) : -1;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    starts[reader.CurrentDepth] = count;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    count = starts[reader.CurrentDepth];
                    break;
                case JsonTokenType.PropertyName:
                    int at = (int)reader.TokenStartIndex + 1;
                    CheckName(utf8, in reader, names[starts[reader.CurrentDepth - 1]..count], at);
                    if (count == MostNames)
                    {
                        throw new AwsDocumentException($"it has more than {MostNames} properties");
                    }

                    names[count++] = at..(at + reader.ValueSpan.Length);
                    break;
                case JsonTokenType.String when reader.ValueIsEscaped:
                    // Throws for lone surrogates; a NUL can only come as an escape.
                    if (reader.GetString()!.Contains('\0', StringComparison.Ordinal))
                    {
                        throw new AwsDocumentException("a text in it has a NUL");
                    }

                    break;
            }
        }
    }

    // As they stand there: a name that is escaped is refused in any case.
    private static int IndexOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte[]> wanted)
    {
        for (int i = 0; i < wanted.Length; i++)
        {
            if (name.SequenceEqual(wanted[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static void CheckName(ReadOnlySpan<byte> utf8, in Utf8JsonReader reader, ReadOnlySpan<Range> before, int at)
    {
        ReadOnlySpan<byte> name = reader.ValueSpan;
        if (reader.ValueIsEscaped || !Ascii.IsValid(name))
        {
            throw new AwsDocumentException("a name in it isn't plain ASCII");
        }

        // accountId beside accountID: readers that fold case take one of them, and not the same one.
        foreach (Range other in before)
        {
            if (Ascii.EqualsIgnoreCase(name, utf8[other]))
            {
                throw new AwsDocumentException($"a property is in it twice, at {at} and before");
            }
        }
    }
}
