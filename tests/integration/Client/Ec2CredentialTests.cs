using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials;
using Onboarding.Client.Credentials.Aws;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.Errors;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Testing.Clouds.Aws;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>Credentials from a metadata service with EC2's rules, and from what only poses as one.</summary>
public sealed class Ec2CredentialTests : IAsyncLifetime
{
    private static readonly X509Certificate2 Region = SigningCertificates.Create();
    private readonly CredentialRequest _request = Requests.For("plane-1") with
    {
        Accepted = ["type.googleapis.com/onboarding.v1alpha1.AwsEc2Credential"],
    };

    private FakeEc2Metadata _metadata = null!;
    private TimeSpan? _patience = Eventually.Patience;

    public async ValueTask InitializeAsync()
    {
        var instance = new TestInstance();
        _metadata = await FakeEc2Metadata.StartAsync(instance, instance.Sign(Region));
    }

    public async ValueTask DisposeAsync() => await _metadata.DisposeAsync();

    [Fact]
    public async Task The_signed_document_is_passed_on_byte_for_byte()
    {
        AwsEc2Credential credential = (await GetAsync()).Value.Unpack<AwsEc2Credential>();

        credential.IdentityDocument.ShouldBe(ByteString.CopyFrom(_metadata.SignedDocument));
        credential.CallerIdentity.ShouldBeNull("the instance has no role");
    }

    [Fact]
    public async Task The_secret_key_of_the_role_stays_here()
    {
        _metadata.Role = new TestRole("111122223333", "cart", "i-1234567890abcdef0");

        Credential credential = await GetAsync();

        AwsSignedRequest signed = credential.Value.Unpack<AwsEc2Credential>().CallerIdentity;
        signed.AccessKeyId.ShouldBe(_metadata.Role.AccessKeyId);
        signed.Region.ShouldBe("eu-west-1");
        signed.Signature.Length.ShouldBe(32);
        credential.Value.Value.ToStringUtf8().ShouldNotContain(_metadata.Role.SecretKey);
        credential.ToString().ShouldNotContain(_metadata.Role.SecretKey);
    }

    [Fact]
    public async Task Version_1_of_the_service_is_not_used()
    {
        _metadata.Instead = http => http.Request.Method == "PUT" ? LoopbackServer.StatusAsync(http, 404) : LoopbackServer.TextAsync(http, "anything");

        (await FailAsync(ErrorIds.MetadataRefused)).Message.ShouldContain("version 1");
        _metadata.Requests.ShouldAllBe(r => r.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Case52_a_redirect_is_not_followed()
    {
        int asked = 0;
        await using LoopbackServer elsewhere = await LoopbackServer.StartAsync(http =>
        {
            asked++;
            return LoopbackServer.TextAsync(http, "token");
        });
        _metadata.Instead = http =>
        {
            http.Response.Redirect(elsewhere.Url.ToString());
            return Task.CompletedTask;
        };

        await FailAsync(ErrorIds.MetadataRefused);
        asked.ShouldBe(0);
    }

    [Fact]
    public async Task Case52_a_service_out_of_reach_of_a_container_is_explained()
    {
        _patience = null;
        _metadata.Instead = async http => await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        OnboardingException e = await FailAsync(ErrorIds.MetadataUnreachable);

        e.Message.ShouldContain("hop limit of 2");
        e.NextStep.ShouldContain("--http-put-response-hop-limit 2");
    }

    [Fact]
    public async Task A_service_that_is_switched_off_is_explained()
    {
        _metadata.Instead = http => LoopbackServer.StatusAsync(http, 403);

        (await FailAsync(ErrorIds.MetadataRefused)).NextStep.ShouldContain("--http-endpoint enabled");
    }

    [Fact]
    public async Task Nothing_is_made_for_a_plane_that_does_not_take_it()
    {
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(
            Source().GetAsync(_request with { Accepted = ["type.googleapis.com/onboarding.v1alpha1.JwtCredential"] }, CancellationToken.None));

        e.ErrorId.ShouldBe(ErrorIds.CredentialNotAccepted);
        e.NextStep.ShouldContain("spec.workloads.authentication.aws.ec2");
        _metadata.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("<html>", ErrorIds.MetadataRefused)]
    [InlineData("", ErrorIds.MetadataRefused)]
    public async Task Role_credentials_that_are_none_are_not_used(string answer, string errorId)
    {
        _metadata.Role = new TestRole("111122223333", "cart", "i-1");
        _metadata.Instead = http => http.Request.Path.Value switch
        {
            "/latest/api/token" => LoopbackServer.TextAsync(http, "token"),
            "/latest/meta-data/iam/security-credentials/" => LoopbackServer.TextAsync(http, "cart"),
            "/latest/meta-data/iam/security-credentials/cart" => LoopbackServer.TextAsync(http, answer),
            _ => LoopbackServer.TextAsync(http, Convert.ToBase64String(_metadata.SignedDocument)),
        };

        await FailAsync(errorId);
    }

    private Ec2CredentialSource Source() => new(
        new PlatformEnvironment
        {
            Variable = name => name == "AWS_EC2_METADATA_SERVICE_ENDPOINT" ? _metadata.Url.ToString() : null,
            MetadataPatience = _patience,
        },
        TimeProvider.System);

    private Task<Credential> GetAsync() => Source().GetAsync(_request, CancellationToken.None);

    private async Task<OnboardingException> FailAsync(string errorId)
    {
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(GetAsync());
        e.ErrorId.ShouldBe(errorId, e.Message);
        return e;
    }
}
