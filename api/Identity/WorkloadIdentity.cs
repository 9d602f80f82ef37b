using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>
/// Who a workload was proved to be; exactly one member is set (docs/reference/names.md). Made by authentication only, from bytes
/// that a signature covers.
/// </summary>
public sealed record WorkloadIdentity
{
    /// <summary>Proved by a JSON Web Token.</summary>
    public JwtIdentity? Jwt { get; init; }

    /// <summary>Proved by AWS.</summary>
    public AwsIdentity? Aws { get; init; }

    /// <summary>Proved by Google Cloud.</summary>
    public GcpIdentity? Gcp { get; init; }

    /// <summary>Proved by Azure.</summary>
    public AzureIdentity? Azure { get; init; }

    /// <summary>Proved by a Kubernetes service account.</summary>
    public KubernetesIdentity? Kubernetes { get; init; }

    /// <summary>Proved by an SVID.</summary>
    public SpiffeIdentity? Spiffe { get; init; }

    /// <summary>Proved by a certificate.</summary>
    public X509Identity? X509 { get; init; }

    /// <summary>Proved by a join token.</summary>
    public JoinTokenIdentity? JoinToken { get; init; }

    /// <summary>Name of the platform, as the member is called in JSON, e.g. <c>aws</c>; null if none or several are set.</summary>
    public string? Platform => Members != 1 ? null
        : Aws is not null ? "aws"
        : Azure is not null ? "azure"
        : Gcp is not null ? "gcp"
        : JoinToken is not null ? "joinToken"
        : Jwt is not null ? "jwt"
        : Kubernetes is not null ? "kubernetes"
        : Spiffe is not null ? "spiffe"
        : "x509";

    private int Members =>
        (Aws is null ? 0 : 1)
        + (Azure is null ? 0 : 1)
        + (Gcp is null ? 0 : 1)
        + (JoinToken is null ? 0 : 1)
        + (Jwt is null ? 0 : 1)
        + (Kubernetes is null ? 0 : 1)
        + (Spiffe is null ? 0 : 1)
        + (X509 is null ? 0 : 1);

    /// <summary>The identity as JSON, as <c>spec.identity</c> and the token's <c>claims.workload</c> hold it.</summary>
    public JsonObject ToJson() => new JsonObject()
        .With("jwt", Jwt?.ToJson())
        .With("aws", Aws?.ToJson())
        .With("gcp", Gcp?.ToJson())
        .With("azure", Azure?.ToJson())
        .With("kubernetes", Kubernetes?.ToJson())
        .With("spiffe", Spiffe?.ToJson())
        .With("x509", X509?.ToJson())
        .With("joinToken", JoinToken?.ToJson());

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The identity.</param>
    /// <returns>The identity, or what is wrong with it.</returns>
    public static ReadResult<WorkloadIdentity> FromJson(JsonObject json) => SpecReading.ReadFragment(json, Read);

    internal static WorkloadIdentity Read(MapReader reader)
    {
        reader.OneOf(required: true, IdentityPlatforms.Names);
        return new WorkloadIdentity
        {
            Jwt = reader.Message("jwt", JwtIdentity.Read),
            Aws = reader.Message("aws", AwsIdentity.Read),
            Gcp = reader.Message("gcp", GcpIdentity.Read),
            Azure = reader.Message("azure", AzureIdentity.Read),
            Kubernetes = reader.Message("kubernetes", KubernetesIdentity.Read),
            Spiffe = reader.Message("spiffe", SpiffeIdentity.Read),
            X509 = reader.Message("x509", X509Identity.Read),
            JoinToken = reader.Message("joinToken", JoinTokenIdentity.Read),
        };
    }
}

/// <summary>The platforms that prove identities, as the members of identities and matchers are called.</summary>
public static class IdentityPlatforms
{
    private static readonly string[] All = ["aws", "azure", "gcp", "joinToken", "jwt", "kubernetes", "spiffe", "x509"];

    /// <summary>The names, sorted.</summary>
    public static ReadOnlySpan<string> Names => All;
}
