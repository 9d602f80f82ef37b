namespace Onboarding.Api.Identity;

/// <summary>The platforms that prove identities, as the members of identities and matchers are called.</summary>
public static class IdentityPlatforms
{
    private static readonly string[] All = ["aws", "azure", "gcp", "joinToken", "jwt", "kubernetes", "spiffe", "x509"];

    /// <summary>The names, sorted.</summary>
    public static ReadOnlySpan<string> Names => All;
}
