using System.Buffers;
using System.Text;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>The order in which go-yaml v2 writes the keys of a map: <c>b9</c> before <c>b10</c>, <c>A_B</c> before <c>A1</c>.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x;
        ReadOnlySpan<char> b = y;
        int same = 0;
        while (same < a.Length && same < b.Length)
        {
            Rune runeA = At(a, same);
            if (runeA != At(b, same))
            {
                return CompareAt(a, b, same);
            }

            same += runeA.Utf16SequenceLength;
        }

        return a.Length.CompareTo(b.Length);
    }

    private static int CompareAt(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int i)
    {
        Rune runeA = At(a, i);
        Rune runeB = At(b, i);
        bool letterA = Rune.IsLetter(runeA);
        bool letterB = Rune.IsLetter(runeB);
        if (letterA && letterB)
        {
            return runeA.CompareTo(runeB);
        }

        if (letterA || letterB)
        {
            return letterB ? -1 : 1;
        }

        // A zero inside a number counts as a digit, a leading one doesn't: look back for a digit that isn't zero.
        long start = (runeA.Value == '0' || runeB.Value == '0') && HasNonZeroBefore(a[..i]) ? 1 : 0;
        (int digitsA, long numberA) = Number(a[i..], start);
        (int digitsB, long numberB) = Number(b[i..], start);
        if (numberA != numberB)
        {
            return numberA.CompareTo(numberB);
        }

        return digitsA != digitsB ? digitsA.CompareTo(digitsB) : runeA.CompareTo(runeB);
    }

    private static bool HasNonZeroBefore(ReadOnlySpan<char> text)
    {
        while (Rune.DecodeLastFromUtf16(text, out Rune last, out int length) == OperationStatus.Done && Rune.IsDigit(last))
        {
            if (last.Value != '0')
            {
                return true;
            }

            text = text[..^length];
        }

        return false;
    }

    // Go's integers wrap around too.
    private static (int Digits, long Number) Number(ReadOnlySpan<char> text, long start)
    {
        int digits = 0;
        long number = start;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!Rune.IsDigit(rune))
            {
                break;
            }

            digits++;
            number = unchecked((number * 10) + (rune.Value - '0'));
        }

        return (digits, number);
    }

    // U+FFFD where half of a pair is alone, as Go has it.
    private static Rune At(ReadOnlySpan<char> text, int i)
    {
        _ = Rune.DecodeFromUtf16(text[i..], out Rune rune, out _);
        return rune;
    }
}
