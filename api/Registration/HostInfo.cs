namespace Onboarding.Api.Registration;

/// <summary>The host.</summary>
public sealed record HostInfo
{
    /// <summary>Addresses it can be reached at; at least one.</summary>
    public IReadOnlyList<HostAddress> Addresses { get; init; } = [];
}
