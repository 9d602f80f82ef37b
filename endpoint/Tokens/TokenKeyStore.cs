using Onboarding.Api;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Keys;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Tokens;

/// <summary>
/// Keeps the keys that replicas share in step with their Secret. Whoever POSTs it first makes the keys; everybody else takes
/// those. Deleting the Secret invalidates every onboarding token at once: agents then authorize again.
/// </summary>
internal sealed partial class TokenKeyStore : IDisposable
{
    // Made-up key ids must not become reads of the API server.
    private static readonly TimeSpan ReadPause = TimeSpan.FromSeconds(5);

    private readonly KubernetesClient _client;
    private readonly ClusterState _cluster;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _single = new(1, 1);
    private volatile TokenKeys? _current;
    private DateTimeOffset _lastRead = DateTimeOffset.MinValue;

    public TokenKeyStore(
        KubernetesClient client,
        ClusterState cluster,
        TimeProvider time,
        ILogger<TokenKeyStore> logger)
    {
        _client = client;
        _cluster = cluster;
        _time = time;
        _logger = logger;
        cluster.TokenKeySecrets.Changed += change =>
        {
            if (change.Type != WatchEventType.Deleted)
            {
                Take(change.Resource);
            }
            else
            {
                _current = null;
            }
        };
    }

    /// <summary>The keys.</summary>
    /// <exception cref="RefusedException">There are none yet.</exception>
    public TokenKeys Required => _current
        ?? throw Refuse.Unavailable(Reasons.PlaneNotReady, "The plane has no token keys yet; try again shortly.", TimeSpan.FromSeconds(2));

    /// <summary>True once there are keys.</summary>
    public bool IsReady => _current is not null;

    /// <summary>Makes the keys unless somebody did.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_current is not null)
        {
            return;
        }

        TokenKeys keys = TokenKeysSecret.Create(_time.GetUtcNow());
        var secret = new V1Secret
        {
            Metadata = new V1ObjectMeta
            {
                Name = ClusterState.TokenKeysSecret,
                Namespace = _cluster.PlaneNamespace,
                Labels = new Dictionary<string, string> { [WellKnownLabels.ManagedBy] = WellKnownLabels.PlaneManager },
            },
            Type = "Opaque",
            Data = TokenKeysSecret.Write(keys),
        };
        try
        {
            Take(await _client.CreateAsync(secret, cancellationToken: cancellationToken));
            LogMade(_logger, keys.SigningKeyId);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            Take(await _client.GetAsync<V1Secret>(_cluster.PlaneNamespace, ClusterState.TokenKeysSecret, cancellationToken));
        }
    }

    /// <summary>
    /// The keys, read again if they don't have this one: another replica may have signed with a key whose news hasn't arrived.
    /// </summary>
    public async ValueTask<TokenKeys> WithAsync(string? keyId, CancellationToken cancellationToken)
    {
        TokenKeys keys = Required;
        if (keyId is null || Knows(keys, keyId))
        {
            return keys;
        }

        await _single.WaitAsync(cancellationToken);
        try
        {
            if (!Knows(Required, keyId) && _time.GetUtcNow() - _lastRead > ReadPause)
            {
                _lastRead = _time.GetUtcNow();
                Take(await _client.GetAsync<V1Secret>(_cluster.PlaneNamespace, ClusterState.TokenKeysSecret, cancellationToken));
            }
        }
        finally
        {
            _single.Release();
        }

        return Required;
    }

    public void Dispose() => _single.Dispose();

    private static bool Knows(TokenKeys keys, string keyId) =>
        keys.SigningKeyId == keyId || keys.Retired.Any(k => k.KeyId == keyId);

    private void Take(V1Secret secret)
    {
        if (TokenKeysSecret.TryRead(secret.Data) is { } keys)
        {
            _current = keys;
        }
        else
        {
            LogUnreadable(_logger, _cluster.PlaneNamespace, ClusterState.TokenKeysSecret);
        }
    }

    [LoggerMessage(4020, LogLevel.Information, "Made the plane's token keys, signing key {KeyId}")]
    private static partial void LogMade(ILogger logger, string keyId);

    [LoggerMessage(4022, LogLevel.Error, "Secret {Namespace}/{Name} can't be read as token keys; delete it to have new ones made: kubectl -n {Namespace} delete secret {Name}")]
    private static partial void LogUnreadable(ILogger logger, string @namespace, string name);
}
