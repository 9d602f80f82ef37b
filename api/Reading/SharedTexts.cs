namespace Onboarding.Api.Reading;

/// <summary>
/// Gives equal texts one object. Of ten thousand members of a group, each has the group's snapshot, the same conditions with the same words,
/// the same owner: kept once for each, they were a third of what a session costs. Holds the latest text of each slot and no more, so that
/// texts which come once don't pile up.
/// </summary>
internal static class SharedTexts
{
    private const int Slots = 4096;

    // A longer one is someone's document, and not said twice.
    private const int Longest = 4096;

    private static readonly string?[] Texts = new string?[Slots];

    /// <summary>The text, as an object that others may have, too.</summary>
    public static string? Share(string? text)
    {
        if (text is null || text.Length > Longest)
        {
            return text;
        }

        // Randomized for each process: an attacker can't choose texts that meet in one slot. If two do, they are kept twice, and that is all.
        ref string? slot = ref Texts[(uint)text.GetHashCode(StringComparison.Ordinal) % Slots];
        string? known = Volatile.Read(ref slot);
        if (string.Equals(known, text, StringComparison.Ordinal))
        {
            return known;
        }

        Volatile.Write(ref slot, text);
        return text;
    }
}
