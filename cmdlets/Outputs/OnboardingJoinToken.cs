using System.Management.Automation;
using System.Security;
using Onboarding.Fleet.JoinTokens;

namespace Onboarding.Cmdlets;

/// <summary>A token that lets one machine join one group, once.</summary>
public sealed class OnboardingJoinToken
{
    internal OnboardingJoinToken(JoinTokenView view, string? tokenPath = null, SecureString? token = null)
    {
        Namespace = view.Namespace;
        Name = view.Name;
        WorkloadGroup = view.Group;
        Status = view.State.ToString();
        ExpiresAt = view.ExpiresAt;
        Created = view.Created;
        TokenPath = tokenPath;
        Token = token;
    }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary>Its name, by which policies admit it.</summary>
    public string Name { get; }

    /// <summary>The group that it is good for; null if it can't be read.</summary>
    public string? WorkloadGroup { get; }

    /// <summary><c>Unused</c>, <c>Used</c>, <c>Expired</c>, <c>Unreadable</c>; <c>Unknown</c> if one may not read which were used.</summary>
    public string Status { get; }

    /// <summary>Until when it can be used first.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; }

    /// <summary>The file that the token was written to. <c>Register-MeshWorkload -TokenPath</c> takes it.</summary>
    public string? TokenPath { get; }

    /// <summary>The token itself, which is stored nowhere: only as it was made, and only if it wasn't written to a file.</summary>
    [Hidden]
    public SecureString? Token { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
