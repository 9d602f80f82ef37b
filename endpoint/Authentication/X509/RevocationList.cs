using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>
/// A revocation list (RFC 5280 section 5). Only whole lists of one authority are taken: a list with a critical extension (a part of
/// a list, changes to a list, a list for others) would be misread as saying that someone isn't revoked.
/// </summary>
internal sealed class RevocationList
{
    private static readonly Dictionary<string, (bool IsRsa, HashAlgorithmName Hash)> Algorithms = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.11"] = (true, HashAlgorithmName.SHA256),
        ["1.2.840.113549.1.1.12"] = (true, HashAlgorithmName.SHA384),
        ["1.2.840.113549.1.1.13"] = (true, HashAlgorithmName.SHA512),
        ["1.2.840.10045.4.3.2"] = (false, HashAlgorithmName.SHA256),
        ["1.2.840.10045.4.3.3"] = (false, HashAlgorithmName.SHA384),
        ["1.2.840.10045.4.3.4"] = (false, HashAlgorithmName.SHA512),
    };

    private readonly ReadOnlyMemory<byte> _signed;
    private readonly string _algorithm;
    private readonly byte[] _signature;
    private readonly ReadOnlyMemory<byte> _issuer;
    private readonly HashSet<BigInteger> _revoked = [];

    private RevocationList(ReadOnlyMemory<byte> encoded)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.DER);
        AsnReader list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        _signed = list.PeekEncodedValue();
        AsnReader content = list.ReadSequence();
        _algorithm = list.ReadSequence().ReadObjectIdentifier();
        _signature = list.ReadBitString(out int unused);
        list.ThrowIfNotEmpty();
        if (unused != 0)
        {
            throw new AsnContentException("the signature isn't whole bytes");
        }

        if (content.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            content.ReadInteger();
        }

        content.ReadSequence();
        _issuer = content.ReadEncodedValue();
        ThisUpdate = ReadTime(content);
        NextUpdate = content.HasData && IsTime(content) ? ReadTime(content) : null;
        if (content.HasData && content.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            ReadEntries(content.ReadSequence());
        }

        var extensions = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (content.HasData && content.PeekTag().HasSameClassAndValue(extensions))
        {
            RefuseCritical(content.ReadSequence(extensions).ReadSequence());
        }

        content.ThrowIfNotEmpty();
    }

    /// <summary>When it was made.</summary>
    public DateTimeOffset ThisUpdate { get; }

    /// <summary>When the next one will be there; null if it doesn't say.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>Reads a list.</summary>
    /// <param name="encoded">DER.</param>
    /// <exception cref="FormatException">It isn't one that can be used.</exception>
    public static RevocationList Read(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return new RevocationList(encoded);
        }
        catch (Exception e) when (e is AsnContentException or InvalidOperationException)
        {
            throw new FormatException($"it can't be read: {e.Message}", e);
        }
    }

    /// <summary>True if this is the list of that authority, and it signed it.</summary>
    public bool IsOf(X509Certificate2 authority)
    {
        if (!authority.SubjectName.RawData.AsSpan().SequenceEqual(_issuer.Span) || !Algorithms.TryGetValue(_algorithm, out var algorithm))
        {
            return false;
        }

        try
        {
            using RSA? rsa = algorithm.IsRsa ? authority.GetRSAPublicKey() : null;
            using ECDsa? ec = algorithm.IsRsa ? null : authority.GetECDsaPublicKey();
            return rsa?.VerifyData(_signed.Span, _signature, algorithm.Hash, RSASignaturePadding.Pkcs1)
                ?? ec?.VerifyData(_signed.Span, _signature, algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence)
                ?? false;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>True if a certificate of the list's authority is on it.</summary>
    public bool Has(X509Certificate2 certificate) => _revoked.Contains(new BigInteger(certificate.SerialNumberBytes.Span, isBigEndian: true));

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            AsnReader entry = entries.ReadSequence();
            _revoked.Add(entry.ReadInteger());
            ReadTime(entry);
            if (entry.HasData)
            {
                RefuseCritical(entry.ReadSequence());
            }
        }
    }

    private static void RefuseCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string name = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean())
            {
                throw new AsnContentException($"it has the critical extension {name}: only whole lists of one authority can be used");
            }
        }
    }

    private static bool IsTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) || reader.PeekTag().HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) => reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime)
        ? reader.ReadUtcTime()
        : reader.ReadGeneralizedTime();
}
