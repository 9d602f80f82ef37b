using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>An issuer whose key set is huge: by mistake, or by malice of anyone who has its web server.</summary>
public sealed class Case47KeySetTests : IAsyncLifetime
{
    private const string Issuer = "https://huge.corp.example";
    private readonly TestIssuer _issuer = new(Issuer);
    private readonly TemporaryDirectory _directory = new();
    private TestIssuerServer _server = null!;
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestIssuerServer.StartAsync();
        await File.WriteAllTextAsync(_directory["ca.pem"], _server.Certificates.AuthorityPem);
        _plane = await TestPlane.StartAsync(
            options: o => o with { AllowLoopbackIssuers = true, IssuerAuthorities = _directory["ca.pem"] });
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        await _server.DisposeAsync();
        _issuer.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(10_001, Reasons.IssuerUnavailable)]
    [InlineData(5_000, Reasons.CredentialSignature)]
    public async Task Case47_thousands_of_keys_cost_a_few_tries_and_more_than_ten_thousand_none(int count, string reason)
    {
        // All of them would fit the token's header, which names none; the right one is the last.
        var keys = new JsonArray();
        using var stranger = new TestIssuer();
        JsonObject spare = stranger.EcKey();
        spare.Remove("kid");
        spare.Remove("use");
        string other = spare.ToJsonString();
        while (keys.Count < count - 1)
        {
            keys.Add(JsonNode.Parse(other));
        }

        keys.Add(_issuer.EcKey());
        string set = new JsonObject { ["keys"] = keys }.ToJsonString();
        _server.Answer("/keys", http => http.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(set)).AsTask());
        await TrustAsync();
        TestAgent agent = _plane.Agent();
        agent.Present = (plane, _) => Any.Pack(new JwtCredential
        {
            Token = _issuer.Sign(_issuer.Claims(plane.Uid, DateTimeOffset.UtcNow), h => h.Remove("kid")),
        });

        ErrorInfo refusal = await TestAgent.RefusedAsync(() => agent.AuthorizeAsync());

        refusal.Reason.ShouldBe(reason);
        JsonNode record = await AuditAsync(refusal.Metadata["correlationId"]);
        record["reason"]!.GetValue<string>().ShouldBe(reason);
        (await _plane.Client.ListAsync<WorkloadKeyBinding>(null)).Items.ShouldBeEmpty();
        (await _plane.Client.ListAsync<WorkloadAutoRegistration>(null)).Items.ShouldBeEmpty();
        (await _plane.Agent().AuthorizeAsync()).Registration.ShouldNotBeEmpty("an issuer with few keys goes on");
    }

    private async Task TrustAsync()
    {
        await _plane.ConfigureAsync(new JsonObject
        {
            ["workloads"] = new JsonObject
            {
                ["authentication"] = new JsonObject
                {
                    ["jwt"] = new JsonObject
                    {
                        ["issuers"] = new JsonArray(
                            new JsonObject
                            {
                                ["issuer"] = _plane.Issuer.Name,
                                ["shortName"] = "corp",
                                ["jwks"] = _plane.Issuer.Jwks,
                                ["tokenFields"] = new JsonObject { ["attributes"] = new JsonObject { ["jsonPath"] = ".custom_attributes" } },
                            },
                            new JsonObject
                            {
                                ["issuer"] = Issuer,
                                ["shortName"] = "huge",
                                ["jwksUri"] = _server.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/keys",
                            }),
                    },
                },
            },
        });
        await Eventually.Is(
            async () =>
            {
                TestAgent agent = _plane.Agent();
                agent.Present = (plane, _) => Any.Pack(new JwtCredential { Token = _issuer.WithoutSignature(_issuer.Claims(plane.Uid, DateTimeOffset.UtcNow)) });
                return (await TestAgent.RefusedAsync(() => agent.AuthorizeAsync())).Reason == Reasons.CredentialAlgorithm;
            },
            "the plane knows the issuer");
    }

    private async Task<JsonNode> AuditAsync(string correlationId)
    {
        string? line = null;
        await Eventually.Is(
            () =>
            {
                using var reader = new StreamReader(new FileStream(_plane.AuditLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
                line = reader.ReadToEnd().Split('\n').FirstOrDefault(l => l.Contains(correlationId, StringComparison.Ordinal) && l.EndsWith('}'));
                return line is not null;
            },
            "the audit record");
        return JsonNode.Parse(line!)!;
    }
}
