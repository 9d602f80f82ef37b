using System.Globalization;

namespace Onboarding.Api.Install;

/// <summary>Ours: how many members at once, as a count or as a share of all.</summary>
/// <param name="Amount">The number: members, or percent.</param>
/// <param name="IsPercent">True if it is a share.</param>
public readonly record struct MaxUnavailable(int Amount, bool IsPercent)
{
    /// <summary>A tenth.</summary>
    public static MaxUnavailable Default { get; } = new(10, IsPercent: true);

    /// <summary>Reads <c>5</c> or <c>10%</c>; null if it is neither, or nothing at all.</summary>
    public static MaxUnavailable? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isPercent = text.EndsWith('%');
        return int.TryParse(isPercent ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out int amount)
            && amount > 0
            && (!isPercent || amount <= 100)
                ? new MaxUnavailable(amount, isPercent)
                : null;
    }

    /// <summary>How many that is, rounded down, and at least one: a small group must come to its end too.</summary>
    /// <param name="members">How many there are.</param>
    public int Of(int members) => IsPercent ? Math.Max(1, (int)((long)members * Amount / 100)) : Amount;

    /// <inheritdoc/>
    public override string ToString() => Amount.ToString(CultureInfo.InvariantCulture) + (IsPercent ? "%" : "");
}
