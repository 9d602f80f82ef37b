using System.Collections.Concurrent;
using Onboarding.Kubernetes;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>
/// istio-tokens of service accounts. Such a token says which account its holder is, and nothing of the member: it is bound to no
/// object, and every member of the account may have one. So members that come within seconds share one, where a fleet that boots would
/// have the API server sign thousands of the same.
/// </summary>
internal sealed class IstioTokens(KubernetesClient client, TimeProvider time)
{
    /// <summary>Who accepts the token: istiod, and no one else.</summary>
    private const string Audience = "istio-ca";

    /// <summary>Life of an istio-token; renewed at half of it.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    // A token of an account that is deleted and made again is worth nothing: not longer than it takes to notice.
    private static readonly TimeSpan SharedFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Namespace, string Account), Shared> _shared = [];

    /// <summary>A token of the account, at most ten seconds old.</summary>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Stops the waiting; a token that others wait for is made all the same.</param>
    /// <exception cref="KubernetesException">The API server makes none.</exception>
    public Task<ServiceAccountToken> GetAsync(MeshAccount account, CancellationToken cancellationToken)
    {
        (string, string) key = (account.Namespace, account.Name);
        if (_shared.TryGetValue(key, out Shared? shared) && shared.IsGood(time))
        {
            return shared.Token.Value.WaitAsync(cancellationToken);
        }

        var fresh = new Shared(
            time.GetTimestamp(),
            new Lazy<Task<ServiceAccountToken>>(() => client.CreateTokenAsync(account.Namespace, account.Name, [Audience], Life, cancellationToken: CancellationToken.None)));
        Shared kept = shared is null
            ? _shared.GetOrAdd(key, fresh)
            : _shared.TryUpdate(key, fresh, shared) ? fresh : _shared.GetOrAdd(key, fresh);
        return kept.Token.Value.WaitAsync(cancellationToken);
    }

    private sealed record Shared(long Asked, Lazy<Task<ServiceAccountToken>> Token)
    {
        // A failure is its waiters' alone: the next member asks again.
        public bool IsGood(TimeProvider time) => time.GetElapsedTime(Asked) < SharedFor && Token.Value is { IsFaulted: false, IsCanceled: false };
    }
}
