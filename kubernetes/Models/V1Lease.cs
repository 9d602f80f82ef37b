using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes.Models;

/// <summary>A claim that someone renews while it is alive (<c>coordination.k8s.io/v1 Lease</c>).</summary>
public sealed record V1Lease : IKubernetesObject<V1Lease>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new("coordination.k8s.io", "v1", "Lease", "leases");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>Who holds it; null or empty if no one.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>How long it is good for after <see cref="RenewTime"/>; whole seconds.</summary>
    public TimeSpan? LeaseDuration { get; init; }

    /// <summary>When the holder got it, by the holder's clock.</summary>
    public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the holder last renewed it, by the holder's clock: never compare it with one's own.</summary>
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often it changed hands.</summary>
    public int LeaseTransitions { get; init; }

    private ObjectSource Source { get; init; } = ObjectSource.None;

    /// <inheritdoc/>
    public static V1Lease FromJson(JsonObject json)
    {
        JsonObject spec = json.Object("spec") ?? [];
        return new V1Lease
        {
            Metadata = ObjectMetaJson.Read(json),
            HolderIdentity = spec.Text("holderIdentity"),
            LeaseDuration = spec.Number("leaseDurationSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            AcquireTime = spec.Time("acquireTime"),
            RenewTime = spec.Time("renewTime"),
            LeaseTransitions = (int)(spec.Number("leaseTransitions") ?? 0),
            Source = new ObjectSource(json),
        };
    }

    /// <inheritdoc/>
    public JsonObject ToJson()
    {
        JsonObject json = Source.ToJson(Definition, Metadata);
        JsonObject spec = json.Object("spec") ?? [];
        spec.Put("holderIdentity", HolderIdentity);
        spec.Put("leaseDurationSeconds", LeaseDuration is { } duration ? JsonValue.Create((long)duration.TotalSeconds) : null);
        spec.Put("acquireTime", Micro(AcquireTime));
        spec.Put("renewTime", Micro(RenewTime));
        spec.Put("leaseTransitions", LeaseTransitions);
        json["spec"] = spec.Parent is null ? spec : spec.DeepClone();
        return json;
    }

    // metav1.MicroTime wants exactly six digits.
    private static string? Micro(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
