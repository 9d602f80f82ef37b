using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>
/// The parts of a JWT in compact serialisation, read strictly: one reading for anyone who checks the signature and anyone who takes
/// claims from it, so that the two can't differ.
/// </summary>
internal sealed class CompactJwt : IDisposable
{
    /// <summary>Longest token that is looked at, in characters.</summary>
    public const int LongestToken = 16 * 1024;

    // Duplicate members are an attack: two readers may take different ones. Depth is an attack on the stack.
    private const int MaxDepth = 16;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    private readonly JsonDocument _header;
    private readonly JsonDocument _payload;

    private CompactJwt(JsonDocument header, JsonDocument payload, byte[] signedBytes, byte[] signature)
    {
        _header = header;
        _payload = payload;
        SignedBytes = signedBytes;
        Signature = signature;
    }

    /// <summary>JOSE header: an object.</summary>
    public JsonElement Header => _header.RootElement;

    /// <summary>Claims: an object. Not to be believed before the signature is checked.</summary>
    public JsonElement Payload => _payload.RootElement;

    /// <summary>What the signature covers.</summary>
    public byte[] SignedBytes { get; }

    /// <summary>The signature.</summary>
    public byte[] Signature { get; }

    /// <summary>Reads a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="problem">What is wrong with it, without quoting it.</param>
    public static CompactJwt? TryRead(string token, out string problem)
    {
        // Size before anything else: anyone who sends this hasn't been authenticated.
        if (token.Length is 0 or > LongestToken)
        {
            problem = token.Length == 0 ? "it is empty" : $"it is longer than {LongestToken} characters";
            return null;
        }

        int first = token.IndexOf('.', StringComparison.Ordinal);
        int last = token.LastIndexOf('.');
        if (first == last || token.AsSpan(first + 1, last - first - 1).Contains('.'))
        {
            problem = "it isn't three parts joined by dots";
            return null;
        }

        byte[]? header = Decode(token.AsSpan(0, first));
        byte[]? payload = Decode(token.AsSpan(first + 1, last - first - 1));
        byte[]? signature = last + 1 == token.Length ? [] : Decode(token.AsSpan(last + 1));
        if (header is null || payload is null || signature is null)
        {
            problem = "a part of it isn't base64url";
            return null;
        }

        byte[] signed = new byte[last];
        Encoding.ASCII.GetBytes(token.AsSpan(0, last), signed);
        return FromParts(header, payload, signature, signed, out problem);
    }

    public void Dispose()
    {
        _header.Dispose();
        _payload.Dispose();
    }

    private static CompactJwt? FromParts(byte[] header, byte[] payload, byte[] signature, byte[] signedBytes, out string problem)
    {
        JsonDocument? headerJson = ParseObject(header);
        JsonDocument? payloadJson = ParseObject(payload);
        if (headerJson is null || payloadJson is null)
        {
            headerJson?.Dispose();
            payloadJson?.Dispose();
            problem = "header and payload must be JSON objects of whole Unicode text, without duplicate members";
            return null;
        }

        problem = "";
        return new CompactJwt(headerJson, payloadJson, signedBytes, signature);
    }

    private static byte[]? Decode(ReadOnlySpan<char> part)
    {
        // Base64Url skips white space and takes padding; a signature over such bytes would be over another text.
        bool strict = part.Length > 0 && part.IndexOfAnyExcept(Alphabet) < 0;
        return strict && Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;
    }

    private static JsonDocument? ParseObject(byte[] json)
    {
        try
        {
            CheckText(json);
            JsonDocument document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // System.Text.Json finds half a character (a lone \ud800, bytes that aren't UTF-8) only when that very text is asked for, and then
    // with InvalidOperationException: refused here, so that it can't surface as an internal error wherever a claim is read.
    private static void CheckText(byte[] json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new JsonException("not UTF-8");
        }

        if (!json.AsSpan().Contains((byte)'\\'))
        {
            return;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }

    private static readonly System.Buffers.SearchValues<char> Alphabet = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
