using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Onboarding.Testing.Clouds;

/// <summary>
/// RSA keys of 2048 bits. Making one takes a quarter of a second of a core, and a test run would make a thousand: one that is given back is
/// handed out again, so that two holders never have the same at a time.
/// </summary>
public static class RsaKeys
{
    public const int Size = 2048;
    private static readonly ConcurrentQueue<RSAParameters> Free = new();

    /// <summary>A key no one else holds.</summary>
    public static RSA Take() => Free.TryDequeue(out RSAParameters key) ? RSA.Create(key) : RSA.Create(Size);

    /// <summary>Ends the use of a key.</summary>
    public static void GiveBack(RSA key)
    {
        if (key.KeySize == Size)
        {
            Free.Enqueue(key.ExportParameters(true));
        }

        key.Dispose();
    }
}
