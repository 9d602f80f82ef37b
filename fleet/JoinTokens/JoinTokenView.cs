using Onboarding.Api;
using Onboarding.Api.Policies;

namespace Onboarding.Fleet.JoinTokens;

/// <summary>A join token as one sees it in a list: never the token itself, which is stored nowhere.</summary>
/// <param name="token">What is stored.</param>
/// <param name="state">What became of it.</param>
public sealed class JoinTokenView(JoinToken token, JoinTokenState state)
{
    /// <summary>Its namespace.</summary>
    public string Namespace { get; } = ForeignText.Clean(token.Metadata.Namespace ?? "");

    /// <summary>Its name, by which policies admit it.</summary>
    public string Name { get; } = ForeignText.Clean(token.Metadata.Name);

    /// <summary>The group that it is good for; null if it can't be read.</summary>
    public string? Group { get; } = ForeignText.CleanIfAny(token.Spec?.WorkloadGroup);

    /// <summary>Until when it can be used first.</summary>
    public DateTimeOffset? ExpiresAt { get; } = token.Spec?.ExpiresAt;

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; } = token.Metadata.CreationTimestamp;

    /// <summary>What became of it.</summary>
    public JoinTokenState State { get; } = state;
}

/// <summary>What became of a join token.</summary>
public enum JoinTokenState
{
    /// <summary>Whether it was used can't be read.</summary>
    Unknown = 0,

    /// <summary>No machine has joined with it.</summary>
    Unused,

    /// <summary>A machine joined with it.</summary>
    Used,

    /// <summary>It was never used, and can't be any more.</summary>
    Expired,

    /// <summary>What is stored can't be read: it is good for nothing.</summary>
    Unreadable,
}
