namespace Onboarding.Embedded.Istio;

/// <summary>Object identifiers of what a certificate may be used for.</summary>
internal static class ExtendedUsages
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
}
