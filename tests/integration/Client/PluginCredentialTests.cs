using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials;
using Onboarding.Client.Errors;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public sealed class PluginCredentialTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly CredentialRequest _request = Requests.For("plane-1");

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("type.googleapis.com/onboarding.v1alpha1.JwtCredential")]
    [InlineData("onboarding.v1alpha1.JwtCredential")]
    [InlineData("type.googleapis.com/tetrateio.api.onboarding.private.component.agent.plugin.credential.v1alpha1.JwtCredential")]
    public async Task A_jwt_is_passed_on_under_our_own_type(string type)
    {
        Credential credential = await GetAsync($$"""{"credential":{"@type":"{{type}}","token":"a.b.c"},"expiresAt":"2030-01-01T00:00:00Z"}""");
        credential.Value.TypeUrl.ShouldBe("type.googleapis.com/onboarding.v1alpha1.JwtCredential");
        credential.Value.Unpack<JwtCredential>().Token.ShouldBe("a.b.c");
        credential.ExpiresAt.ShouldBe(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        credential.Source.ShouldBe("plugin 'demo'");
    }

    [Fact]
    public async Task Snake_case_is_understood_as_well() =>
        (await GetAsync("""{"credential":{"@type":"x/onboarding.v1alpha1.JwtCredential","jwt":"a.b.c"},"expires_at":"2030-01-01T00:00:00.5+01:00"}"""))
            .ExpiresAt.ShouldBe(new DateTimeOffset(2029, 12, 31, 23, 0, 0, 500, TimeSpan.Zero));

    [Fact]
    public async Task The_plane_s_uid_is_the_audience()
    {
        string path = ShellScript.Write(
            _directory,
            "p",
            """cat > "$(dirname "$0")/request"; echo "$RPC_SERVICE_NAME/$RPC_METHOD_NAME" > "$(dirname "$0")/method"; exit 1""");
        await Should.ThrowAsync<OnboardingException>(() => Source("demo", path).GetAsync(_request, CancellationToken.None));
        File.ReadAllText(_directory["request"]).ShouldBe("""{"audience":"plane-1"}""");
        File.ReadAllText(_directory["method"])
            .ShouldBe("tetrateio.api.onboarding.private.component.agent.plugin.credential.v1alpha1.CredentialPlugin/GetCredential\n");
    }

    [Fact]
    public async Task An_unknown_type_is_an_error_that_names_it()
    {
        OnboardingException e = await FailAsync("""{"credential":{"@type":"type.googleapis.com/acme.Passport"},"expiresAt":"2030-01-01T00:00:00Z"}""");
        e.ErrorId.ShouldBe(ErrorIds.PluginCredentialUnknown);
        e.Message.ShouldContain("'type.googleapis.com/acme.Passport'");
        e.Message.ShouldContain("onboarding.v1alpha1.JwtCredential");
        e.NextStep.ShouldContain("onboarding-agent version");
    }

    [Theory]
    [InlineData("""{}""", "credential must be an object")]
    [InlineData("""{"credential":"a.b.c"}""", "credential must be an object")]
    [InlineData("""{"credential":{"@type":"onboarding.v1alpha1.JwtCredential","token":"a.b.c"}}""", "expiresAt must be")]
    [InlineData("""{"credential":{"@type":"onboarding.v1alpha1.JwtCredential","token":"a.b.c"},"expiresAt":"soon"}""", "expiresAt must be a time")]
    [InlineData("""{"credential":{"token":"a.b.c"},"expiresAt":"2030-01-01T00:00:00Z"}""", "credential.@type must be")]
    [InlineData("""{"credential":{"@type":"onboarding.v1alpha1.JwtCredential"},"expiresAt":"2030-01-01T00:00:00Z"}""", "credential.token must be")]
    [InlineData("""{"credential":{"@type":"onboarding.v1alpha1.JwtCredential","token":"abc"},"expiresAt":"2030-01-01T00:00:00Z"}""", "three parts")]
    [InlineData("""{"credential":{"@type":"onboarding.v1alpha1.JwtCredential","token":7},"expiresAt":"2030-01-01T00:00:00Z"}""", "credential.token must be")]
    public async Task What_is_missing_or_wrong_is_named(string answer, string why)
    {
        OnboardingException e = await FailAsync(answer);
        e.ErrorId.ShouldBe(ErrorIds.PluginAnswerInvalid);
        e.Message.ShouldContain("Plugin 'demo'");
        e.Message.ShouldContain(why);
    }

    [Fact]
    public async Task The_first_source_that_succeeds_wins()
    {
        string bad = ShellScript.Write(_directory, "bad", "exit 1");
        string good = ShellScript.Plugin(_directory, "a.b.c");
        string never = ShellScript.Write(_directory, "never", """touch "$(dirname "$0")/called"; exit 1""");
        Credential credential = await new CredentialChain([Source("bad", bad), Source("good", good), Source("never", never)])
            .GetAsync(_request, CancellationToken.None);
        credential.Source.ShouldBe("plugin 'good'");
        File.Exists(_directory["called"]).ShouldBeFalse();
    }

    [Fact]
    public async Task If_none_succeeds_every_failure_is_told()
    {
        string bad = ShellScript.Write(_directory, "bad", """echo '{"code":7,"message":"wrong password"}'; exit 1""");
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() =>
            new CredentialChain([Source("one", bad), Source("two", _directory["gone"])]).GetAsync(_request, CancellationToken.None));
        e.ErrorId.ShouldBe(ErrorIds.NoCredential);
        e.Message.ShouldContain("None of 2 sources");
        e.Message.ShouldBeGolden();
    }

    [Fact]
    public async Task Without_any_source_it_says_where_to_name_one()
    {
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => new CredentialChain([]).GetAsync(_request, CancellationToken.None));
        e.ErrorId.ShouldBe(ErrorIds.NoCredential);
        e.NextStep.ShouldContain("host.custom.credential");
    }

    private PluginCredentialSource Source(string name, string path) => new(
        new PluginConfiguration { Name = name, Path = path },
        new PluginRunner(new ConnectionSettings(), TimeProvider.System, _log.CreateLogger<PluginRunner>()));

    private Task<Credential> GetAsync(string answer) => Source("demo", ShellScript.Write(_directory, "p", $"cat <<'END'\n{answer}\nEND"))
        .GetAsync(_request, CancellationToken.None);

    private Task<OnboardingException> FailAsync(string answer) => Should.ThrowAsync<OnboardingException>(() => GetAsync(answer));
}
