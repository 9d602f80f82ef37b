using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication;
using Onboarding.Plane.Refusals;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Attacks.Flips;

/// <summary>
/// Credentials of several parts: with any byte of any part changed, none is accepted. Each byte is changed once, in a way that a seed
/// chooses: every try builds a chain.
/// </summary>
public sealed class DocumentFlipTests(PlatformPlane platforms) : IClassFixture<PlatformPlane>, IDisposable
{
    private const int Seed = 72;
    private static readonly byte[] Challenge = [.. Enumerable.Range(0, 57).Select(i => (byte)i)];
    private readonly TestAgentKey _key = new();

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task No_attested_document_of_Azure_with_a_byte_changed_is_accepted()
    {
        byte[] document = platforms.Azure.Sign(AzureCloud.Content(Nonce(), DateTimeOffset.UtcNow));

        await EachAsync(Azure(document), document, changed => Azure(changed));
    }

    [Fact]
    public async Task No_token_of_a_managed_identity_with_a_byte_changed_is_accepted()
    {
        byte[] document = platforms.Azure.Sign(AzureCloud.Content(Nonce(), DateTimeOffset.UtcNow));
        byte[] token = System.Text.Encoding.ASCII.GetBytes(platforms.Azure.Tokens.Sign(AzureCloud.Claims(DateTimeOffset.UtcNow)));

        await EachAsync(Azure(document, token), token, changed => Azure(document, changed));
    }

    [Fact]
    public async Task No_certificate_between_Azures_signer_and_its_root_with_a_byte_changed_is_accepted()
    {
        byte[] document = platforms.Azure.Sign(AzureCloud.Content(Nonce(), DateTimeOffset.UtcNow));

        await EachAsync(Azure(document), platforms.Azure.Issuing.Certificate.RawData, changed => Azure(document, issuer: changed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_proof_of_possession_of_a_certificate_with_a_byte_changed_is_accepted(bool rsa)
    {
        using CertificateAuthority issuing = platforms.Corp.Intermediate("CN=Corp Issuing,O=Corp");
        using IssuedCertificate certificate = issuing.Issue("CN=flipped,O=Corp", new CertificateTerms { Rsa = rsa });
        Rpc.Plane plane = new() { Uid = TestPlane.Uid, Challenge = ByteString.CopyFrom(Challenge) };
        X509Possession genuine = PlatformCredentials.Possession(plane, _key, certificate, issuing.Certificate);
        byte[] message = new X509Credential { Possession = genuine }.ToByteArray();

        await EachAsync(message, genuine.Signature.ToByteArray(), b => X509(genuine, p => p.Signature = ByteString.CopyFrom(b)));
        await EachAsync(message, genuine.Nonce.ToByteArray(), b => X509(genuine, p => p.Nonce = ByteString.CopyFrom(b)));
        await EachAsync(message, genuine.Certificates[0].ToByteArray(), b => X509(genuine, p => p.Certificates[0] = ByteString.CopyFrom(b)));
        await EachAsync(message, genuine.Certificates[1].ToByteArray(), b => X509(genuine, p => p.Certificates[1] = ByteString.CopyFrom(b)));
    }

    [Fact]
    public async Task No_proof_of_possession_of_an_SVID_with_a_byte_changed_is_accepted()
    {
        using IssuedCertificate svid = platforms.Spiffe.Issue("spiffe://corp.example/vm/flipped");
        Rpc.Plane plane = new() { Uid = TestPlane.Uid, Challenge = ByteString.CopyFrom(Challenge) };
        byte[] message = new SpiffeX509Credential { Possession = PlatformCredentials.Possession(plane, _key, svid) }.ToByteArray();

        // The whole message: there is no part that may be left out.
        await ByteFlips.RefusedAsync(Of(SpiffeX509Credential.Descriptor.FullName), message, Request, ByteFlips.ThreeOfEach(message));
    }

    [Theory]
    [InlineData("challenge")]
    [InlineData("plane")]
    [InlineData("key")]
    public async Task No_proof_made_for_a_byte_more_or_less_of_what_it_is_tied_to_is_accepted(string tie)
    {
        using IssuedCertificate certificate = platforms.Corp.Issue("CN=tied,O=Corp");
        Rpc.Plane plane = new() { Uid = TestPlane.Uid, Challenge = ByteString.CopyFrom(Challenge) };
        ByteString x509 = new X509Credential { Possession = PlatformCredentials.Possession(plane, _key, certificate) }.ToByteString();
        ByteString azure = ByteString.CopyFrom(Azure(platforms.Azure.Sign(AzureCloud.Content(Nonce(), DateTimeOffset.UtcNow))));
        using var other = new TestAgentKey();
        IEnumerable<AuthenticationRequest> Changed(ByteString credential) => tie switch
        {
            "challenge" => ByteFlips.ThreeOfEach(Challenge).Select(c => Request(credential) with { Challenge = c.Changed }),
            "plane" => ByteFlips.ThreeOfEach(System.Text.Encoding.ASCII.GetBytes(TestPlane.Uid))
                .Select(u => Request(credential) with { PlaneUid = System.Text.Encoding.Latin1.GetString(u.Changed) }),
            _ => [Request(credential) with { Key = other.Public }],
        };
        (await Of(X509Credential.Descriptor.FullName).AuthenticateAsync(Request(x509), default)).ShouldNotBeNull();
        (await Of(AzureCredential.Descriptor.FullName).AuthenticateAsync(Request(azure), default)).ShouldNotBeNull();

        foreach (AuthenticationRequest changed in Changed(x509))
        {
            await Refuses(X509Credential.Descriptor.FullName, changed);
        }

        foreach (AuthenticationRequest changed in Changed(azure))
        {
            await Refuses(AzureCredential.Descriptor.FullName, changed);
        }
    }

    private static byte[] X509(X509Possession genuine, Action<X509Possession> change)
    {
        X509Possession changed = genuine.Clone();
        change(changed);
        return new X509Credential { Possession = changed }.ToByteArray();
    }

    private string Nonce() => Statements.PlatformNonce(Challenge, TestPlane.Uid, _key.Public.Thumbprint);

    private byte[] Azure(byte[] document, byte[]? token = null, byte[]? issuer = null)
    {
        byte[] parts = new AzureCredential
        {
            AttestedDocument = ByteString.CopyFrom(document),
            Intermediates = { ByteString.CopyFrom(issuer ?? platforms.Azure.Issuing.Certificate.RawData) },
        }.ToByteArray();
        if (token is null)
        {
            return parts;
        }

        // Written by hand: what was changed needn't be a text any more.
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(AzureCredential.IdentityTokenFieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(token));
        }

        return [.. parts, .. stream.ToArray()];
    }

    private Task EachAsync(byte[] genuine, byte[] part, Func<byte[], byte[]> with) => ByteFlips.RefusedAsync(
        Of(genuine.AsSpan().IndexOf(platforms.Azure.Issuing.Certificate.RawData) >= 0 ? AzureCredential.Descriptor.FullName : X509Credential.Descriptor.FullName),
        genuine,
        Request,
        ByteFlips.Sampled(part, Seed).Select(flip => (with(flip.Changed), $"{flip.What}, seed {Seed}")));

    private async Task Refuses(string name, AuthenticationRequest request) =>
        (await Should.ThrowAsync<RefusedException>(() => Of(name).AuthenticateAsync(request, default)))
            .Refusal.Reason.ShouldStartWith("CREDENTIAL_");

    private AuthenticationRequest Request(ByteString credential) => new(credential, TestPlane.Uid, _key.Public) { Challenge = Challenge };

    private ICredentialAuthenticator Of(string name) =>
        platforms.Plane.Endpoint.Services.GetServices<ICredentialAuthenticator>().Single(a => a.MessageName == name);
}
