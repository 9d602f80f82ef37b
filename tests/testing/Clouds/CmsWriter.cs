using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Testing.Clouds;

/// <summary>
/// Writes CMS signed messages by hand, part by part, in the form in which Amazon's documents come (BER, indefinite lengths), so that
/// a test can get any part wrong.
/// </summary>
public sealed class CmsWriter
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string Data = "1.2.840.113549.1.7.1";
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const string RsaEncryption = "1.2.840.113549.1.1.1";
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private readonly byte[] _document;
    private readonly List<byte[]> _certificates = [];
    private readonly List<byte[]> _signers = [];

    public CmsWriter(byte[] document) => _document = document;

    public string DigestAlgorithm { get; set; } = Sha256;

    /// <summary>Signs a document as a cloud does, certificate not included.</summary>
    public static byte[] Sign(byte[] document, X509Certificate2 certificate) => new CmsWriter(document).WithSigner(certificate).ToArray();

    public CmsWriter WithCertificate(X509Certificate2 certificate)
    {
        _certificates.Add(certificate.RawData);
        return this;
    }

    public CmsWriter WithSigner(byte[] signerInfo)
    {
        _signers.Add(signerInfo);
        return this;
    }

    /// <summary>Signs with the certificate's key; names another certificate if told to, or another document's digest.</summary>
    public CmsWriter WithSigner(
        X509Certificate2 certificate, X509Certificate2? named = null, byte[]? content = null, string signatureAlgorithm = RsaEncryption) =>
        WithSigner(SignerInfo(named ?? certificate, content ?? _document, signatureAlgorithm, attributes =>
        {
            using RSA key = certificate.GetRSAPrivateKey()!;
            return key.SignData(attributes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }));

    /// <summary>One SignerInfo.</summary>
    public byte[] SignerInfo(X509Certificate2 named, byte[] content, string signatureAlgorithm, Func<byte[], byte[]> sign)
    {
        byte[] attributes = Attributes(content);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(named.IssuerName.RawData);
                writer.WriteInteger(named.SerialNumberBytes.Span);
            }

            WriteAlgorithm(writer, DigestAlgorithm);
            byte[] tagged = [.. attributes];
            tagged[0] = 0xA0;
            writer.WriteEncodedValue(tagged);
            WriteAlgorithm(writer, signatureAlgorithm);
            writer.WriteOctetString(sign(attributes));
        }

        return writer.Encode();
    }

    public byte[] ToArray()
    {
        var bytes = new List<byte>();
        byte[] end = [0, 0];
        bytes.AddRange([0x30, 0x80]);
        bytes.AddRange(Der(w => w.WriteObjectIdentifier(SignedData)));
        bytes.AddRange([0xA0, 0x80, 0x30, 0x80]);
        bytes.AddRange(Der(w => w.WriteInteger(1)));
        bytes.AddRange(Der(w =>
        {
            using (w.PushSetOf())
            {
                WriteAlgorithm(w, DigestAlgorithm);
            }
        }));
        bytes.AddRange([0x30, 0x80]);
        bytes.AddRange(Der(w => w.WriteObjectIdentifier(Data)));
        bytes.AddRange([0xA0, 0x80, 0x24, 0x80]);
        bytes.AddRange(Der(w => w.WriteOctetString(_document)));
        bytes.AddRange([.. end, .. end, .. end]);
        if (_certificates.Count > 0)
        {
            bytes.AddRange(Set(Zero, _certificates));
        }

        bytes.AddRange(Set(null, _signers));
        bytes.AddRange([.. end, .. end, .. end]);
        return [.. bytes];
    }

    private byte[] Attributes(byte[] content) => Der(writer =>
    {
        byte[] digest = DigestAlgorithm == Sha256
            ? SHA256.HashData(content)
#pragma warning disable CA5350 // A message by an outdated algorithm is what the test is about.
            : SHA1.HashData(content);
#pragma warning restore CA5350
        using (writer.PushSetOf())
        {
            Attribute(writer, "1.2.840.113549.1.9.3", () => writer.WriteObjectIdentifier(Data));
            Attribute(writer, "1.2.840.113549.1.9.5", () => writer.WriteUtcTime(DateTimeOffset.UnixEpoch.AddYears(55)));
            Attribute(writer, "1.2.840.113549.1.9.4", () => writer.WriteOctetString(digest));
        }
    });

    private static void Attribute(AsnWriter writer, string name, Action value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(name);
            using (writer.PushSetOf())
            {
                value();
            }
        }
    }

    private static void WriteAlgorithm(AsnWriter writer, string name)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(name);
            writer.WriteNull();
        }
    }

    private static byte[] Set(Asn1Tag? tag, List<byte[]> elements) => Der(writer =>
    {
        using (writer.PushSetOf(tag))
        {
            elements.ForEach(e => writer.WriteEncodedValue(e));
        }
    });

    private static byte[] Der(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}
