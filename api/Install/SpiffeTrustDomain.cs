using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: a SPIFFE trust domain, and where its bundle (keys and roots) comes from. Exactly one source.</summary>
public sealed record SpiffeTrustDomain
{
    /// <summary>E.g. <c>corp.example</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The bundle itself, in SPIFFE's JWKS form.</summary>
    public string? Bundle { get; init; }

    /// <summary>Where it is fetched: a bundle endpoint with a certificate of the web's (<c>https_web</c>).</summary>
    public string? BundleUri { get; init; }

    /// <summary>File on the endpoint's machine that holds it; read again when it changes.</summary>
    public string? BundleFile { get; init; }

    internal static SpiffeTrustDomain Read(MapReader reader)
    {
        reader.OneOf(required: true, "bundle", "bundleUri", "bundleFile");
        return new SpiffeTrustDomain
        {
            Name = reader.RequiredText("name", Checks.TrustDomain),
            Bundle = reader.Text("bundle", JwksRules.Check),
            BundleUri = reader.Text("bundleUri", Checks.HttpsUri),
            BundleFile = reader.Text("bundleFile", Checks.NotEmpty),
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("name", Name)
        .With("bundle", Bundle)
        .With("bundleUri", BundleUri)
        .With("bundleFile", BundleFile);
}
