namespace Onboarding.Api.Registration;

/// <summary>
/// The version that a program tells of itself. It describes a workload and decides nothing, so that no wording of it is a reason to
/// refuse a join: Istio's own <c>pilot-agent version --short</c> prints <c>client version: 1.31.0</c>.
/// </summary>
public static class VersionText
{
    /// <summary>What is said of a program that tells no version.</summary>
    public const string Unknown = "unknown";

    private const int Longest = 128;
    private const string ShortForm = "client version:";

    /// <summary>
    /// Printable ASCII without spaces, at most 128 characters; <see cref="Unknown"/> if nothing is left. Attack: an agent that was broken
    /// into chooses this text, and it is stored in the cluster and shown in terminals.
    /// </summary>
    /// <param name="said">What the program said; null if it said nothing.</param>
    public static string Normalize(string? said)
    {
        ReadOnlySpan<char> text = said.AsSpan().Trim();
        if (text.StartsWith(ShortForm, StringComparison.OrdinalIgnoreCase))
        {
            text = text[ShortForm.Length..].Trim();
        }

        // Cut before it is looked at: what is longer isn't worth the time.
        Span<char> kept = stackalloc char[Math.Min(text.Length, Longest)];
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = text[i] is >= '!' and <= '~' ? text[i] : '_';
        }

        return kept.IsEmpty || !kept.ContainsAnyExcept('_') ? Unknown : kept.ToString();
    }
}
