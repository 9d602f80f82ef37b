using System.Text;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>The order in which go-yaml v2 writes the keys of a map: <c>b9</c> before <c>b10</c>, <c>A_B</c> before <c>A1</c>.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        Rune[] a = [.. (x ?? "").EnumerateRunes()];
        Rune[] b = [.. (y ?? "").EnumerateRunes()];
        for (int i = 0; i < a.Length && i < b.Length; i++)
        {
            if (a[i] != b[i])
            {
                return CompareAt(a, b, i);
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    private static int CompareAt(Rune[] a, Rune[] b, int i)
    {
        bool letterA = Rune.IsLetter(a[i]);
        bool letterB = Rune.IsLetter(b[i]);
        if (letterA && letterB)
        {
            return a[i].CompareTo(b[i]);
        }

        if (letterA || letterB)
        {
            return letterB ? -1 : 1;
        }

        // A zero inside a number counts as a digit, a leading one doesn't: look back for a digit that isn't zero.
        long start = (a[i].Value == '0' || b[i].Value == '0') && HasNonZeroBefore(a, i) ? 1 : 0;
        (int endA, long numberA) = Number(a, i, start);
        (int endB, long numberB) = Number(b, i, start);
        if (numberA != numberB)
        {
            return numberA.CompareTo(numberB);
        }

        return endA != endB ? endA.CompareTo(endB) : a[i].CompareTo(b[i]);
    }

    private static bool HasNonZeroBefore(Rune[] text, int i)
    {
        for (int j = i - 1; j >= 0 && Rune.IsDigit(text[j]); j--)
        {
            if (text[j].Value != '0')
            {
                return true;
            }
        }

        return false;
    }

    // Go's integers wrap around too.
    private static (int End, long Number) Number(Rune[] text, int from, long start)
    {
        int end = from;
        long number = start;
        for (; end < text.Length && Rune.IsDigit(text[end]); end++)
        {
            number = unchecked((number * 10) + (text[end].Value - '0'));
        }

        return (end, number);
    }
}
