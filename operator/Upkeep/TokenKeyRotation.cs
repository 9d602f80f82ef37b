using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Keys;
using Onboarding.Plane.Settings;

namespace Onboarding.Operator.Upkeep;

/// <summary>Replaces the key that endpoints sign onboarding tokens with when it is old. Its tokens stay good for their whole life.</summary>
internal sealed partial class TokenKeyRotation(
    KubernetesClient client, ClusterState cluster, PlaneConfiguration plane, TimeProvider time, ILogger<TokenKeyRotation> logger) : Reconciler
{
    private static readonly TimeSpan RotateAfter = TimeSpan.FromDays(30);

    public override string Name => "rotate token keys";

    public override TimeSpan Period { get; } = TimeSpan.FromHours(1);

    public override bool CanSee => cluster.TokenKeySecrets.IsConnected && plane.Current is not null;

    public override async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        V1Secret? secret = cluster.TokenKeySecrets.Get(cluster.PlaneNamespace, ClusterState.TokenKeysSecret);
        if (secret is null || TokenKeysSecret.TryRead(secret.Data) is not { } keys || time.GetUtcNow() - keys.CreatedAt < RotateAfter)
        {
            return ReconcileResult.Done;
        }

        // With the resourceVersion it was read with: a key that was replaced at this moment stays.
        TokenKeys rotated = TokenKeysSecret.Rotate(keys, time.GetUtcNow(), plane.Required.Spec.TokenIssuer.Jwt.Expiration);
        await client.UpdateAsync(secret with { Data = TokenKeysSecret.Write(rotated) }, cancellationToken: cancellationToken);
        LogRotated(logger, keys.SigningKeyId, rotated.SigningKeyId);
        return ReconcileResult.Done;
    }

    [LoggerMessage(4021, LogLevel.Information, "Replaced signing key {Old} by {New}")]
    private static partial void LogRotated(ILogger logger, string old, string @new);
}
