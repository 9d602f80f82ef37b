using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Policies;
using Onboarding.Client.Credentials;
using Onboarding.Client.Errors;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.ClientTests;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.AgentHostTests;

/// <summary>The sample plugin in POSIX sh: run as the agent runs it, and its token taken by a real plane.</summary>
public sealed class ShellPluginTests : IDisposable
{
    private const string Issuer = "https://shell.corp.example";
    private static readonly string Plugin = Path.Combine(Repository.Root, "samples", "shell-credential-plugin", "onboarding-agent-shell-plugin");
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly TokenSigner _key = new("shell");

    public ShellPluginTests() => File.WriteAllText(_directory["key.pem"], _key.PrivateKeyPem);

    public void Dispose()
    {
        _key.Dispose();
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Its_token_lets_a_machine_in_and_no_longer_once_somebody_changed_it()
    {
        Capability.OpenSsl.Require();
        await using TestPlane plane = await TestPlane.StartAsync(Settings(), withPolicy: false);
        await plane.Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse($$$"""
            {"metadata": {"name": "shell", "namespace": "bookinfo"},
             "spec": {"allow": [{"workloads": [{"jwt": {"issuer": "{{{Issuer}}}", "subjects": ["vm-1"]} }],
                                 "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "ratings"} } }]}] } }
            """)!));
        Credential credential = await AskAsync(TestPlane.Uid);
        credential.ExpiresAt.ShouldBeGreaterThan(DateTimeOffset.UtcNow);
        TestAgent agent = plane.Agent();

        await Eventually.Is(async () => await IsAdmittedAsync(agent, credential.Value), "the policy is in force");
        (await agent.RegisterAsync()).Registration.ShouldBe("ratings-jwt-shell--vm-1");

        string token = credential.Value.Unpack<Onboarding.Api.Rpc.JwtCredential>().Token;
        Any changed = Any.Pack(new Onboarding.Api.Rpc.JwtCredential { Token = token[..^6] + (token[^6] == 'A' ? 'B' : 'A') + token[^5..] });
        (await TestAgent.RefusedAsync(() => plane.Agent().AuthorizeAsync(credential: changed))).Reason.ShouldBe(Reasons.CredentialSignature);
    }

    [Fact]
    public async Task What_it_lacks_it_says_in_the_way_of_the_protocol()
    {
        Capability.OpenSsl.Require();
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => AskAsync("plane-1", _directory["none"]));

        e.ErrorId.ShouldBe(ErrorIds.PluginFailed);
        e.Message.ShouldBeGolden();
    }

    private Task<Credential> AskAsync(string audience, string? key = null)
    {
        var plugin = new PluginConfiguration
        {
            Name = "shell",
            Path = Plugin,
            Env =
            [
                new EnvironmentVariable("SHELL_JWT_ISSUER", Issuer),
                new EnvironmentVariable("SHELL_JWT_SUBJECT", "vm-1"),
                new EnvironmentVariable("SHELL_JWT_KEY", key ?? _directory["key.pem"]),
            ],
        };
        var settings = new ConnectionSettings { Timeout = TimeSpan.FromMinutes(5) };
        return new PluginCredentialSource(plugin, new PluginRunner(settings, TimeProvider.System, _log.CreateLogger<PluginRunner>()))
            .GetAsync(Requests.For(audience), CancellationToken.None);
    }

    private JsonObject Settings() => new()
    {
        ["workloads"] = new JsonObject
        {
            ["authentication"] = new JsonObject
            {
                ["jwt"] = new JsonObject
                {
                    ["issuers"] = new JsonArray(new JsonObject { ["issuer"] = Issuer, ["shortName"] = "shell", ["jwks"] = _key.Jwks() }),
                },
            },
        },
    };

    private static async Task<bool> IsAdmittedAsync(TestAgent agent, Any credential)
    {
        try
        {
            await agent.AuthorizeAsync(credential: credential);
            return true;
        }
        catch (RpcException e) when (TestAgent.ReasonOf(e).Reason == Reasons.NotAuthorized)
        {
            return false;
        }
    }
}
