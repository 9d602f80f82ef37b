using System.Formats.Asn1;

namespace Onboarding.Endpoint.Authentication.Cms;

/// <summary>
/// Looks over the outer form of an encoded message in one pass, before anything takes it apart: size, depth and number of elements
/// are limited, and nothing follows the message. Keeps nesting bombs and endless indefinite lengths from the parsers behind it.
/// </summary>
internal static class CmsShape
{
    /// <summary>Largest message: documents of the platforms are 2 to 8 KiB.</summary>
    public const int Largest = 32 * 1024;

    // A certificate's extensions are the deepest part of a genuine message: 12.
    private const int Deepest = 24;
    private const int MostElements = 4_000;
    private const int Indefinite = -1;

    /// <summary>Checks a message.</summary>
    /// <exception cref="CmsException">It is too large, too deep, cut off, or something follows it.</exception>
    public static void Check(ReadOnlySpan<byte> message)
    {
        if (message.Length is 0 or > Largest)
        {
            throw new CmsException($"it has {message.Length} bytes; 1 to {Largest} are allowed");
        }

        Span<int> ends = stackalloc int[Deepest];
        int depth = 0;
        int at = 0;
        for (int elements = 0; elements < MostElements; elements++)
        {
            if (depth > 0 && ends[depth - 1] == Indefinite && IsEndOfContents(message[at..]))
            {
                depth--;
                at += 2;
            }
            else
            {
                at = Enter(message, at, ends, ref depth);
            }

            while (depth > 0 && ends[depth - 1] == at)
            {
                depth--;
            }

            if (depth == 0)
            {
                if (at != message.Length)
                {
                    throw new CmsException("something follows the message");
                }

                return;
            }
        }

        throw new CmsException($"it has more than {MostElements} elements");
    }

    private static bool IsEndOfContents(ReadOnlySpan<byte> rest) => rest.Length >= 2 && rest[0] == 0 && rest[1] == 0;

    /// <summary>Reads the header at an offset; goes into what is constructed, and past what isn't.</summary>
    private static int Enter(ReadOnlySpan<byte> message, int at, Span<int> ends, ref int depth)
    {
        if (!Asn1Tag.TryDecode(message[at..], out Asn1Tag tag, out int tagLength)
            || !AsnDecoder.TryDecodeLength(message[(at + tagLength)..], AsnEncodingRules.BER, out int? length, out int lengthLength))
        {
            throw new CmsException("an element's header can't be read");
        }

        int start = at + tagLength + lengthLength;
        int limit = depth > 0 && ends[depth - 1] != Indefinite ? ends[depth - 1] : message.Length;
        if (length > limit - start || (length is null && !tag.IsConstructed))
        {
            throw new CmsException("an element is longer than what holds it");
        }

        if (!tag.IsConstructed)
        {
            return start + length!.Value;
        }

        if (depth == Deepest)
        {
            throw new CmsException($"it is nested deeper than {Deepest} levels");
        }

        ends[depth++] = length is null ? Indefinite : start + length.Value;
        return start;
    }
}
