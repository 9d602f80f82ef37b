using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Onboarding.Plane.Keys;

namespace Onboarding.Endpoint.Tokens;

/// <summary>
/// Signing keys of onboarding tokens, ready to use. Reading one checks that it is a key, which costs more than a signature; and one object
/// must not be used by two calls at once.
/// </summary>
internal static class SigningKeyPool
{
    // Gone with the keys that they are of.
    private static readonly ConditionalWeakTable<TokenKeys, ConcurrentBag<ECDsa>> Pools = [];

    /// <summary>Does something with the signing key.</summary>
    public static T Use<T>(TokenKeys keys, Func<ECDsa, T> use)
    {
        ConcurrentBag<ECDsa> pool = Pools.GetValue(keys, _ => []);
        ECDsa key = pool.TryTake(out ECDsa? ready) ? ready : ECDsa.Create(keys.SigningKey);
        T result = use(key);
        pool.Add(key);
        return result;
    }
}
