using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>
/// A join token as its holder has it: <c>ojt1.&lt;namespace&gt;.&lt;name&gt;.&lt;secret&gt;</c>, where namespace and name are those
/// of the <see cref="JoinToken"/> and the secret is 32 random bytes in base64url.
/// </summary>
public sealed record JoinTokenText
{
    /// <summary>What every join token starts with, so that scanners for secrets know one.</summary>
    public const string Prefix = "ojt1";

    private const int SecretBytes = 32;
    private const int SecretLength = 43;
    private const int Longest = 512;

    private JoinTokenText(string @namespace, string name, string value)
    {
        Namespace = @namespace;
        Name = name;
        Value = value;
    }

    /// <summary>Namespace of the JoinToken.</summary>
    public string Namespace { get; }

    /// <summary>Name of the JoinToken.</summary>
    public string Name { get; }

    /// <summary>The whole token: a secret.</summary>
    public string Value { get; }

    /// <summary>What the JoinToken holds of it. With 256 random bits in it, the hash needs no salt and can't be guessed from.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Value)));

    /// <summary>Makes a new token.</summary>
    /// <param name="namespace">Namespace of the JoinToken to be.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">One of them isn't a name.</exception>
    public static JoinTokenText Create(string @namespace, string name)
    {
        string value = $"{Prefix}.{@namespace}.{name}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";
        return TryRead(value, out JoinTokenText? token) ? token : throw new ArgumentException($"'{@namespace}/{name}' can't name a join token.", nameof(name));
    }

    /// <summary>Reads a token.</summary>
    /// <param name="text">What someone presents.</param>
    /// <param name="token">The token.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out JoinTokenText? token)
    {
        token = null;
        if (text is null || text.Length > Longest)
        {
            return false;
        }

        // A name may have dots, a namespace and a secret can't.
        int first = text.IndexOf('.', StringComparison.Ordinal);
        int second = first < 0 ? -1 : text.IndexOf('.', first + 1);
        int last = text.LastIndexOf('.');
        if (second < 0 || last <= second || text[..first] != Prefix)
        {
            return false;
        }

        string ns = text[(first + 1)..second];
        string name = text[(second + 1)..last];
        string secret = text[(last + 1)..];
        bool isOne = Checks.IsDnsLabel(ns) && LabelRules.IsDnsSubdomain(name) && secret.Length == SecretLength
            && secret.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        token = isOne ? new JoinTokenText(ns, name, text) : null;
        return isOne;
    }

    /// <summary>Says which token it is, never its secret.</summary>
    public override string ToString() => $"{Prefix}.{Namespace}.{Name}.***";
}
