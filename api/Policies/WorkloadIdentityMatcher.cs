using System.Text.Json.Nodes;
using Onboarding.Api.Identity;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Matches identities of one platform. Exactly one member is set.</summary>
public sealed record WorkloadIdentityMatcher
{
    /// <summary>Proved by AWS.</summary>
    public AwsMatcher? Aws { get; init; }

    /// <summary>Proved by a JSON Web Token.</summary>
    public JwtMatcher? Jwt { get; init; }

    /// <summary>Proved by Google Cloud.</summary>
    public GcpMatcher? Gcp { get; init; }

    /// <summary>Proved by Azure.</summary>
    public AzureMatcher? Azure { get; init; }

    /// <summary>Proved by a Kubernetes service account.</summary>
    public KubernetesMatcher? Kubernetes { get; init; }

    /// <summary>Proved by an SVID.</summary>
    public SpiffeMatcher? Spiffe { get; init; }

    /// <summary>Proved by a certificate.</summary>
    public X509Matcher? X509 { get; init; }

    /// <summary>Proved by a join token.</summary>
    public JoinTokenMatcher? JoinToken { get; init; }

    /// <summary>Reads a matcher.</summary>
    /// <param name="reader">The matcher.</param>
    /// <param name="bounded">True in <c>allow</c>, where each platform needs its allow-list; in <c>deny</c> wider is safer.</param>
    internal static WorkloadIdentityMatcher Read(MapReader reader, bool bounded)
    {
        reader.OneOf(required: true, IdentityPlatforms.Names);
        return new WorkloadIdentityMatcher
        {
            Aws = reader.Message("aws", aws => AwsMatcher.Read(aws, bounded)),
            Jwt = reader.Message("jwt", jwt => JwtMatcher.Read(jwt, bounded)),
            Gcp = reader.Message("gcp", gcp => GcpMatcher.Read(gcp, bounded)),
            Azure = reader.Message("azure", azure => AzureMatcher.Read(azure, bounded)),
            Kubernetes = reader.Message("kubernetes", kubernetes => KubernetesMatcher.Read(kubernetes, bounded)),
            Spiffe = reader.Message("spiffe", spiffe => SpiffeMatcher.Read(spiffe, bounded)),
            X509 = reader.Message("x509", x509 => X509Matcher.Read(x509, bounded)),
            JoinToken = reader.Message("joinToken", token => JoinTokenMatcher.Read(token, bounded)),
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("aws", Aws?.ToJson())
        .With("jwt", Jwt?.ToJson())
        .With("gcp", Gcp?.ToJson())
        .With("azure", Azure?.ToJson())
        .With("kubernetes", Kubernetes?.ToJson())
        .With("spiffe", Spiffe?.ToJson())
        .With("x509", X509?.ToJson())
        .With("joinToken", JoinToken?.ToJson());
}
