using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Onboarding.Api.Proofs;
using Onboarding.Plane.Cluster;

namespace Onboarding.Plane.Keys;

/// <summary>How <see cref="TokenKeys"/> stand in the Secret <c>onboarding-token-keys</c>.</summary>
internal static class TokenKeysSecret
{
    private const string SigningKey = "signing-key.pem";
    private const string CreatedAt = "created-at";
    private const string ChallengeKey = "challenge-key";
    private const string RetiredPrefix = "retired.";

    /// <summary>What to tell where there is no such Secret: what is missing, and the command that makes it.</summary>
    /// <param name="planeNamespace">The plane's namespace.</param>
    public static string WhenMissing(string planeNamespace) =>
        $"Secret {planeNamespace}/{ClusterState.TokenKeysSecret} is missing. Make it, empty, and the endpoint fills it: "
        + $"kubectl -n {planeNamespace} create secret generic {ClusterState.TokenKeysSecret}";

    /// <summary>New keys.</summary>
    public static TokenKeys Create(DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Make(key, now, RandomNumberGenerator.GetBytes(32), []);
    }

    /// <summary>A new signing key; the old one goes on verifying for one token life. Challenges are not disturbed.</summary>
    public static TokenKeys Rotate(TokenKeys keys, DateTimeOffset now, TimeSpan tokenLife)
    {
        using ECDsa old = ECDsa.Create(keys.SigningKey);
        var retired = new RetiredTokenKey(keys.SigningKeyId, old.ExportSubjectPublicKeyInfo(), now + tokenLife);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Make(key, now, keys.ChallengeKey, [.. keys.Retired.Where(k => k.Until > now), retired]);
    }

    /// <summary>The Secret's data.</summary>
    public static IReadOnlyDictionary<string, byte[]> Write(TokenKeys keys)
    {
        using ECDsa key = ECDsa.Create(keys.SigningKey);
        var data = new Dictionary<string, byte[]>
        {
            [SigningKey] = Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()),
            [CreatedAt] = Encoding.ASCII.GetBytes(Text(keys.CreatedAt)),
            [ChallengeKey] = keys.ChallengeKey,
        };
        foreach (RetiredTokenKey retired in keys.Retired)
        {
            string value = $"{Text(retired.Until)} {Convert.ToBase64String(retired.SubjectPublicKeyInfo)}";
            data[RetiredPrefix + retired.KeyId] = Encoding.ASCII.GetBytes(value);
        }

        return data;
    }

    /// <summary>Reads the Secret's data; null if it isn't what <see cref="Write"/> makes.</summary>
    public static TokenKeys? TryRead(IReadOnlyDictionary<string, byte[]> data)
    {
        try
        {
            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(Encoding.ASCII.GetString(data[SigningKey]));
            byte[] challengeKey = data[ChallengeKey];
            return challengeKey.Length == 32 && key.KeySize == 256
                ? Make(key, Time(Encoding.ASCII.GetString(data[CreatedAt])), challengeKey, [.. Retired(data)])
                : null;
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException or FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static IEnumerable<RetiredTokenKey> Retired(IReadOnlyDictionary<string, byte[]> data)
    {
        foreach ((string name, byte[] value) in data.Where(d => d.Key.StartsWith(RetiredPrefix, StringComparison.Ordinal)))
        {
            string[] parts = Encoding.ASCII.GetString(value).Split(' ', 2);
            yield return new RetiredTokenKey(name[RetiredPrefix.Length..], Convert.FromBase64String(parts[^1]), Time(parts[0]));
        }
    }

    private static TokenKeys Make(ECDsa key, DateTimeOffset createdAt, byte[] challengeKey, IReadOnlyList<RetiredTokenKey> retired) => new()
    {
        SigningKey = key.ExportParameters(includePrivateParameters: true),
        SigningKeyId = AgentPublicKey.TryRead(key.ExportSubjectPublicKeyInfo())!.Thumbprint,
        CreatedAt = createdAt,
        ChallengeKey = challengeKey,
        Retired = retired,
    };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
