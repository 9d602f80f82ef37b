using Onboarding.Api;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Keys;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Tokens;

/// <summary>
/// Keeps the keys that replicas share in step with their Secret, which is shipped empty. The replica that fills it first makes the keys; the
/// others take those. Emptying it invalidates every onboarding token at once: agents then authorize again.
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

    /// <summary>When the signing key was made; null if there are no keys.</summary>
    public DateTimeOffset? CreatedAt => _current?.CreatedAt;

    /// <summary>True once there are keys.</summary>
    public bool IsReady => _current is not null;

    /// <summary>Why there are none, and what to do; null if it isn't known yet.</summary>
    public string? MissingBecause => _cluster.TokenKeySecrets.Get(_cluster.PlaneNamespace, ClusterState.TokenKeysSecret) is null
        ? TokenKeysSecret.WhenMissing(_cluster.PlaneNamespace)
        : null;

    /// <summary>Fills the Secret if it is empty. One that is missing isn't made: to create Secrets is a right that the endpoint doesn't have.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (_current is not null
            || _cluster.TokenKeySecrets.Get(_cluster.PlaneNamespace, ClusterState.TokenKeysSecret) is not { Data.Count: 0 } empty)
        {
            return;
        }

        TokenKeys keys = TokenKeysSecret.Create(_time.GetUtcNow());
        try
        {
            // With the resourceVersion it was read with: of several replicas one fills it, and the others hear of that.
            Take(await _client.UpdateAsync(empty with { Data = TokenKeysSecret.Write(keys) }, cancellationToken: cancellationToken));
            LogMade(_logger, keys.SigningKeyId);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            // Another replica was faster, or a person.
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
                if (await _client.TryGetAsync<V1Secret>(_cluster.PlaneNamespace, ClusterState.TokenKeysSecret, cancellationToken) is { } secret)
                {
                    Take(secret);
                }
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
        else if (secret.Data.Count == 0)
        {
            // Shipped so, or emptied by a person: every onboarding token is worth nothing from now on.
            _current = null;
        }
        else
        {
            LogUnreadable(_logger, _cluster.PlaneNamespace, ClusterState.TokenKeysSecret);
        }
    }

    [LoggerMessage(4020, LogLevel.Information, "Made the plane's token keys, signing key {KeyId}")]
    private static partial void LogMade(ILogger logger, string keyId);

    [LoggerMessage(4022, LogLevel.Error, "Secret {Namespace}/{Name} can't be read as token keys; empty it to have new ones made: kubectl -n {Namespace} patch secret {Name} --type merge -p '{{\"data\":null}}'")]
    private static partial void LogUnreadable(ILogger logger, string @namespace, string name);
}
