using Microsoft.AspNetCore.Http;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials;
using Onboarding.Client.Credentials.Azure;
using Onboarding.Client.Credentials.Gcp;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.Errors;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Platforms;

/// <summary>The agent and the metadata services of GCP and Azure: their rules, their faults, and what only poses as them.</summary>
public sealed class MetadataSourceTests : IAsyncLifetime
{
    private readonly TokenSigner _google = new();
    private readonly AzureCloud _cloud = new();
    private FakeGoogleMetadata _gcp = null!;
    private FakeAzureMetadata _azure = null!;

    private PlatformEnvironment Machine => new()
    {
        MetadataPatience = Eventually.Patience,
        Variable = name => name switch
        {
            "GCE_METADATA_HOST" => _gcp.Host,
            "AZURE_IMDS_ENDPOINT" => _azure.Url.ToString(),
            _ => null,
        },
    };

    public async ValueTask InitializeAsync()
    {
        _gcp = await FakeGoogleMetadata.StartAsync(_google);
        _azure = await FakeAzureMetadata.StartAsync(_cloud);
    }

    public async ValueTask DisposeAsync()
    {
        await _gcp.DisposeAsync();
        await _azure.DisposeAsync();
        _google.Dispose();
        _cloud.Dispose();
    }

    [Fact]
    public async Task A_gcp_token_is_asked_for_in_full_for_the_planes_uid_and_anew_each_time()
    {
        Credential first = await Gcp().GetAsync(Request(), CancellationToken.None);
        Credential second = await Gcp().GetAsync(Request(), CancellationToken.None);

        first.Value.Unpack<GcpCredential>().Token.ShouldNotBe(second.Value.Unpack<GcpCredential>().Token);
        first.ExpiresAt.ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(55), DateTimeOffset.UtcNow.AddMinutes(65));
        _gcp.Requests.ShouldAllBe(r => r == "GET /computeMetadata/v1/instance/service-accounts/default/identity?audience=plane%20%26x&format=full");
    }

    [Fact]
    public async Task A_gcp_instance_without_a_service_account_says_so()
    {
        _gcp.HasAccount = false;

        OnboardingException e = await Fails(Gcp(), ErrorIds.MetadataRefused);

        e.Message.ShouldContain("no service account");
        e.NextStep.ShouldContain("set-service-account");
    }

    [Fact]
    public async Task What_answers_without_saying_that_it_is_googles_is_not_believed()
    {
        _gcp.Instead = http => http.Response.WriteAsync("eyJ.e30.x");

        (await Fails(Gcp(), ErrorIds.MetadataRefused)).Message.ShouldBeGolden();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_redirect_is_not_followed(bool gcp)
    {
        RequestDelegate elsewhere = http =>
        {
            http.Response.Headers["Metadata-Flavor"] = "Google";
            http.Response.Redirect("http://127.0.0.1:1/");
            return Task.CompletedTask;
        };
        _gcp.Instead = elsewhere;
        _azure.Instead = elsewhere;

        await Fails(Of(gcp), ErrorIds.MetadataRefused);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Faults_of_the_service_are_told_with_its_name(bool gcp)
    {
        _gcp.Instead = http =>
        {
            http.Response.Headers["Metadata-Flavor"] = "Google";
            return LoopbackServer.StatusAsync(http, 503);
        };
        _azure.Instead = http => LoopbackServer.StatusAsync(http, 503);

        (await Fails(Of(gcp), ErrorIds.MetadataRefused)).Message.ShouldContain("503");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_service_that_is_not_there_is_unreachable(bool gcp)
    {
        await _gcp.DisposeAsync();
        await _azure.DisposeAsync();
        var nowhere = new PlatformEnvironment { Variable = name => name == "GCE_METADATA_HOST" ? "127.0.0.1:1" : "http://127.0.0.1:1" };

        await Fails(
            gcp ? new GcpCredentialSource(nowhere) : new AzureCredentialSource(nowhere, new AzureSource(), TimeProvider.System), ErrorIds.MetadataUnreachable);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        _gcp.Instead = async http =>
        {
            http.Response.Headers["Metadata-Flavor"] = "Google";
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(new byte[64 * 1024]);
            }
        };

        await Fails(Gcp(), ErrorIds.MetadataUnreachable);
    }

    [Fact]
    public async Task An_azure_document_is_made_for_the_challenge_and_the_agents_key()
    {
        CredentialRequest request = Request();

        Credential credential = await Azure().GetAsync(request, CancellationToken.None);

        string nonce = Onboarding.Api.Proofs.Statements.PlatformNonce(request.Challenge.Span, request.Audience, request.Key.Thumbprint);
        nonce.Length.ShouldBe(32);
        _azure.Requests.ShouldBe([$"GET /metadata/attested/document?api-version=2021-02-01&nonce={nonce}"]);
        AzureCredential message = credential.Value.Unpack<AzureCredential>();
        message.AttestedDocument.ShouldNotBeEmpty();
        message.IdentityToken.ShouldBeEmpty("no resource is configured");
    }

    [Fact]
    public async Task An_azure_token_is_asked_for_the_configured_resource_and_identity()
    {
        var settings = new AzureSource { Resource = "api://onboarding", ClientId = "4f1f6a6c-8e0c-4d29-8f0a-2c7f0e1a9b11" };

        Credential credential = await new AzureCredentialSource(Machine, settings, TimeProvider.System).GetAsync(Request(), CancellationToken.None);

        credential.Value.Unpack<AzureCredential>().IdentityToken.Split('.').Length.ShouldBe(3);
        _azure.Requests.ShouldContain(
            "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=api%3A%2F%2Fonboarding&client_id=4f1f6a6c-8e0c-4d29-8f0a-2c7f0e1a9b11");
    }

    [Fact]
    public async Task An_azure_machine_without_the_identity_that_is_configured_says_so()
    {
        _azure.HasIdentity = false;

        OnboardingException e = await Fails(
            new AzureCredentialSource(Machine, new AzureSource { Resource = "api://onboarding" }, TimeProvider.System), ErrorIds.MetadataRefused);

        e.Message.ShouldContain("no managed identity");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"encoding\":\"pem\",\"signature\":\"AAAA\"}")]
    [InlineData("{\"encoding\":\"pkcs7\",\"signature\":\"not base64\"}")]
    [InlineData("{\"encoding\":\"pkcs7\"}")]
    [InlineData("<html>")]
    public async Task What_is_no_attested_document_is_not_sent(string answer)
    {
        _azure.Instead = http => LoopbackServer.TextAsync(http, answer);

        await Fails(Azure(), ErrorIds.MetadataRefused);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_plane_that_takes_no_such_credential_is_shown_none(bool gcp)
    {
        CredentialRequest request = Requests.For("plane") with { Accepted = ["type.googleapis.com/onboarding.v1alpha1.JwtCredential"] };

        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => Of(gcp).GetAsync(request, CancellationToken.None));

        e.ErrorId.ShouldBe(ErrorIds.CredentialNotAccepted);
        _gcp.Requests.ShouldBeEmpty();
        _azure.Requests.ShouldBeEmpty();
    }

    private static CredentialRequest Request() => Requests.For("plane &x") with
    {
        Accepted = ["type.googleapis.com/onboarding.v1alpha1.GcpCredential", "type.googleapis.com/onboarding.v1alpha1.AzureCredential"],
    };

    private static async Task<OnboardingException> Fails(ICredentialSource source, string errorId)
    {
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => source.GetAsync(Request(), CancellationToken.None));
        e.ErrorId.ShouldBe(errorId);
        e.NextStep.ShouldNotBeEmpty();
        return e;
    }

    private ICredentialSource Of(bool gcp) => gcp ? Gcp() : Azure();

    private GcpCredentialSource Gcp() => new GcpCredentialSource(Machine);

    private AzureCredentialSource Azure() => new AzureCredentialSource(Machine, new AzureSource(), TimeProvider.System);
}
