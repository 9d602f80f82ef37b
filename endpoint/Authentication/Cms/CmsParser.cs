using System.Formats.Asn1;

namespace Onboarding.Endpoint.Authentication.Cms;

/// <summary>
/// Takes a signed message apart by the one shape that identity documents have: data inside the message, one signer named by issuer
/// and serial number, RSA with SHA-256. Every byte that the signature doesn't cover has to be what it always is, so that no changed
/// byte goes unnoticed. BER, as Amazon's documents have indefinite lengths.
/// </summary>
internal static class CmsParser
{
    private static readonly byte[] SignedData = Encode("1.2.840.113549.1.7.2");
    private static readonly byte[] Data = Encode("1.2.840.113549.1.7.1");
    private static readonly byte[] Sha256 = Encode("2.16.840.1.101.3.4.2.1");
    private static readonly byte[] Rsa = Encode("1.2.840.113549.1.1.1");
    private static readonly byte[] RsaWithSha256 = Encode("1.2.840.113549.1.1.11");
    private static readonly byte[] ContentType = Encode("1.2.840.113549.1.9.3");
    private static readonly byte[] MessageDigest = Encode("1.2.840.113549.1.9.4");
    private const int MostCertificates = 4;
    private const int SetTag = 0x31;

    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Takes a message apart.</summary>
    /// <exception cref="CmsException">It has another shape.</exception>
    public static CmsParts Parse(ReadOnlyMemory<byte> message)
    {
        CmsShape.Check(message.Span);
        try
        {
            AsnReader info = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
            Expect(IsNext(info, SignedData), "it isn't a signed message");
            AsnReader explicitly = info.ReadSequence(Zero);
            AsnReader signed = explicitly.ReadSequence();
            explicitly.ThrowIfNotEmpty();
            info.ThrowIfNotEmpty();
            return ReadSigned(signed);
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            throw new CmsException("it isn't a CMS signed message", CmsProblem.Malformed, e);
        }
    }

    private static CmsParts ReadSigned(AsnReader signed)
    {
        Expect(signed.TryReadInt32(out int version) && version == 1, "its version isn't 1");
        AsnReader digests = signed.ReadSetOf();
        Expect(digests.HasData, "it has no signature");
        ExpectAlgorithm(digests, Sha256);
        Expect(!digests.HasData, "it names more than one digest algorithm");

        AsnReader content = signed.ReadSequence();
        Expect(IsNext(content, Data), "what it holds isn't data");
        Expect(content.HasData, "the document isn't inside");
        AsnReader wrapped = content.ReadSequence(Zero);
        byte[] document = wrapped.ReadOctetString();
        wrapped.ThrowIfNotEmpty();
        content.ThrowIfNotEmpty();

        IReadOnlyList<ReadOnlyMemory<byte>> certificates = ReadCertificates(signed);
        AsnReader signers = signed.ReadSetOf();
        signed.ThrowIfNotEmpty();
        Expect(signers.HasData, "it has no signature");
        AsnReader signer = signers.ReadSequence();
        // Of two signers one may be genuine; which of them a verifier reports is its own business.
        Expect(!signers.HasData, "more than one signed it");
        return ReadSigner(signer, document, certificates);
    }

    private static List<ReadOnlyMemory<byte>> ReadCertificates(AsnReader signed)
    {
        var certificates = new List<ReadOnlyMemory<byte>>();
        if (!signed.PeekTag().HasSameClassAndValue(Zero))
        {
            return certificates;
        }

        AsnReader bag = signed.ReadSetOf(skipSortOrderValidation: true, Zero);
        while (bag.HasData)
        {
            Expect(certificates.Count < MostCertificates, $"it brings more than {MostCertificates} certificates");
            Expect(bag.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence), "it brings something that isn't a certificate");
            certificates.Add(bag.ReadEncodedValue());
        }

        return certificates;
    }

    private static CmsParts ReadSigner(AsnReader signer, byte[] document, IReadOnlyList<ReadOnlyMemory<byte>> certificates)
    {
        Expect(signer.TryReadInt32(out int version) && version == 1, "its signer isn't named by issuer and serial number");
        AsnReader name = signer.ReadSequence();
        ReadOnlyMemory<byte> issuer = name.ReadEncodedValue();
        ReadOnlyMemory<byte> serial = name.ReadIntegerBytes();
        name.ThrowIfNotEmpty();
        ExpectAlgorithm(signer, Sha256);
        CmsAttributes? attributes = null;
        if (signer.PeekTag().HasSameClassAndValue(Zero))
        {
            attributes = ReadAttributes(signer.ReadSetOf(skipSortOrderValidation: true, Zero));
        }
        else
        {
            // The signed attributes of a genuine message, passed off as a document, would have a genuine signature.
            Expect(document.Length > 0 && document[0] != SetTag, "it is made of another message's attributes");
        }

        ExpectAlgorithm(signer, Rsa, RsaWithSha256);
        byte[] signature = signer.ReadOctetString();
        Expect(!signer.HasData, "it has attributes that aren't signed");
        return new CmsParts(document, certificates, issuer, serial, attributes, signature);
    }

    private static CmsAttributes ReadAttributes(AsnReader attributes)
    {
        int types = 0;
        byte[]? digest = null;
        // Signed is the SET in DER, whatever the order and tag in which they came.
        var encoded = new AsnWriter(AsnEncodingRules.DER);
        AsnWriter.Scope set = encoded.PushSetOf();
        while (attributes.HasData)
        {
            encoded.WriteEncodedValue(attributes.PeekEncodedValue().Span);
            AsnReader attribute = attributes.ReadSequence();
            ReadOnlySpan<byte> name = attribute.ReadEncodedValue().Span;
            AsnReader values = attribute.ReadSetOf();
            attribute.ThrowIfNotEmpty();
            if (name.SequenceEqual(ContentType))
            {
                types++;
                Expect(IsNext(values, Data) && !values.HasData, "its attributes are of another kind of content");
            }

            if (name.SequenceEqual(MessageDigest))
            {
                Expect(digest is null, "its attributes have two digests");
                digest = values.ReadOctetString();
                values.ThrowIfNotEmpty();
            }
        }

        set.Dispose();
        Expect(types == 1 && digest is not null, "it lacks the attributes that tie the signature to the document");
        return new CmsAttributes(encoded.Encode(), digest);
    }

    private static void ExpectAlgorithm(AsnReader reader, params ReadOnlySpan<byte[]> accepted)
    {
        AsnReader algorithm = reader.ReadSequence();
        ReadOnlySpan<byte> name = algorithm.ReadEncodedValue().Span;
        bool isAccepted = false;
        foreach (byte[] each in accepted)
        {
            isAccepted |= name.SequenceEqual(each);
        }

        if (!isAccepted)
        {
            // DSA and SHA-1 among them: Amazon's /pkcs7 and /signature.
            string text = AsnDecoder.ReadObjectIdentifier(name, AsnEncodingRules.BER, out _);
            throw new CmsException($"it is signed by algorithm {text}, not by RSA with SHA-256", CmsProblem.Algorithm);
        }

        if (algorithm.HasData)
        {
            algorithm.ReadNull();
        }

        algorithm.ThrowIfNotEmpty();
    }

    // By bytes: no one needs the text of an identifier that is what it has to be.
    private static bool IsNext(AsnReader reader, byte[] identifier) => reader.ReadEncodedValue().Span.SequenceEqual(identifier);

    private static byte[] Encode(string identifier)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(identifier);
        return writer.Encode();
    }

    private static void Expect(bool condition, string problem)
    {
        if (!condition)
        {
            throw new CmsException(problem);
        }
    }
}
