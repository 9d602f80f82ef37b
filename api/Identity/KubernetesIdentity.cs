using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>
/// Identity proved by a service account token that the plane's API server reviewed. Names the workload: namespace, service
/// account, and the pod where the token is bound to one.
/// </summary>
public sealed record KubernetesIdentity
{
    /// <summary>Namespace of the service account.</summary>
    public required string Namespace { get; init; }

    /// <summary>The service account.</summary>
    public required string ServiceAccount { get; init; }

    /// <summary>The pod the token is bound to, if it is.</summary>
    public KubernetesPod? Pod { get; init; }

    internal static KubernetesIdentity Read(MapReader reader) => new()
    {
        Namespace = reader.RequiredText("namespace", Checks.DnsLabel),
        ServiceAccount = reader.RequiredText("serviceAccount", Checks.DnsSubdomain),
        Pod = reader.Message("pod", KubernetesPod.Read),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("namespace", Namespace)
        .With("serviceAccount", ServiceAccount)
        .With("pod", Pod?.ToJson());
}

/// <summary>A pod.</summary>
/// <param name="Name">Its name; may be used again after it.</param>
/// <param name="Uid">Its uid; is never used again.</param>
public sealed record KubernetesPod(string Name, string Uid)
{
    internal static KubernetesPod Read(MapReader reader) => new(reader.RequiredText("name", Checks.DnsSubdomain), reader.RequiredText("uid"));

    internal JsonObject ToJson() => new JsonObject().With("name", Name).With("uid", Uid);
}
