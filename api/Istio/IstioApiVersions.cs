namespace Onboarding.Api.Istio;

/// <summary>Versions of Istio's API group that are served besides the stored one, with the same schemas.</summary>
internal static class IstioApiVersions
{
    public static readonly string[] Others = [$"{ApiGroups.Istio}/v1beta1", $"{ApiGroups.Istio}/v1alpha3"];
}
