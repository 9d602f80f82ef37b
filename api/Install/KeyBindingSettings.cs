using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: how identities are bound to keys.</summary>
public sealed record KeyBindingSettings
{
    private static readonly TimeSpan DefaultRetention = TimeSpan.FromDays(30);
    private static readonly IReadOnlyList<string> Choices = ["Refuse", "ReplaceWhenGone"];

    /// <summary>
    /// What happens when a bound identity comes with another key; null: <see cref="NewKeyAction.ReplaceWhenGone"/> for
    /// credentials made for this plane, <see cref="NewKeyAction.Refuse"/> for documents that can be replayed.
    /// </summary>
    public NewKeyAction? OnNewKey { get; init; }

    /// <summary>How long a binding outlives the last registration; by default 30 days.</summary>
    public TimeSpan Retention { get; init; } = DefaultRetention;

    internal static KeyBindingSettings Read(MapReader reader) => new()
    {
        OnNewKey = (NewKeyAction?)reader.Choice("onNewKey", Choices),
        Retention = reader.Duration("retention", TimeSpan.Zero) ?? DefaultRetention,
    };

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("onNewKey", OnNewKey is { } action ? Choices[(int)action] : null)
            .With("retention", Retention == DefaultRetention ? null : (TimeSpan?)Retention);
        return json.Count == 0 ? null : json;
    }
}

/// <summary>Ours: what happens when a bound identity comes with another key.</summary>
public enum NewKeyAction
{
    /// <summary>It is refused until an operator deletes the binding.</summary>
    Refuse = 0,

    /// <summary>The new key replaces the old one if that has no live session and its grace period is over.</summary>
    ReplaceWhenGone = 1,
}
