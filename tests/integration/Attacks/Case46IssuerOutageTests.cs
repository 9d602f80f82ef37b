using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>Anyone who could say whether a credential is good doesn't answer: no one gets in for it, everybody is told to come back.</summary>
public sealed class Case46IssuerOutageTests : IAsyncLifetime
{
    private const string Issuer = "https://down.corp.example";
    private readonly TestIssuer _issuer = new(Issuer);
    private readonly TemporaryDirectory _directory = new();
    private TestIssuerServer _server = null!;
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestIssuerServer.StartAsync();
        await File.WriteAllTextAsync(_directory["ca.pem"], _server.Certificates.AuthorityPem);
        _plane = await TestPlane.StartAsync(options: o => o with { AllowLoopbackIssuers = true, IssuerAuthorities = _directory["ca.pem"] });
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        await _server.DisposeAsync();
        _issuer.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Case46_while_an_issuers_keys_cannot_be_had_nobody_of_it_gets_in()
    {
        _server.Break("/keys");
        await _plane.ConfigureAsync(new JsonObject
        {
            ["workloads"] = new JsonObject
            {
                ["authentication"] = new JsonObject
                {
                    ["jwt"] = new JsonObject
                    {
                        ["issuers"] = new JsonArray(new JsonObject
                        {
                            ["issuer"] = Issuer,
                            ["shortName"] = "down",
                            ["jwksUri"] = _server.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/keys",
                        }),
                    },
                },
            },
        });
        await Eventually.Is(async () => (await RefusalAsync()).Reason == Reasons.IssuerUnavailable, "the plane knows the issuer");

        await ClosedAsync(() => Agent().AuthorizeAsync(), Reasons.IssuerUnavailable, _plane.AuditLog);
        _server.CountOf("/keys").ShouldBe(1, "that there was no answer is remembered for a while, and nothing else is");
    }

    [Theory]
    [InlineData(500, Reasons.KubernetesUnavailable)]
    [InlineData(403, Reasons.PlaneNotPermitted)]
    public async Task Case46_while_the_cluster_reviews_no_tokens_none_of_its_accounts_gets_in(int status, string reason)
    {
        await _plane.ConfigureAsync(new JsonObject
        {
            ["workloads"] = new JsonObject { ["authentication"] = new JsonObject { ["kubernetes"] = new JsonObject { ["namespaces"] = new JsonArray("bookinfo") } } },
        });
        await using CountingProxy proxy = await CountingProxy.StartAsync(_plane.KubeconfigPath, _directory);
        await using TestReplica replica = await TestReplica.StartAsync(_plane, proxy.KubeconfigPath);
        proxy.Fault = request => request == "POST tokenreviews" ? status : null;
        string token = (await _plane.Client.CreateTokenAsync("bookinfo", "default", [TestPlane.Uid], TimeSpan.FromMinutes(10))).Token;
        TestAgent agent = _plane.Agent(through: replica.Channel);
        agent.Present = (_, _) => Any.Pack(new KubernetesCredential { Token = token });
        await Eventually.Is(
            async () => (await agent.GetPlaneAsync()).CredentialTypes.Any(t => t.Contains("Kubernetes", StringComparison.Ordinal)), "the replica takes such tokens");

        await ClosedAsync(() => agent.AuthorizeAsync(), reason, replica.AuditLog);
    }

    private TestAgent Agent()
    {
        TestAgent agent = _plane.Agent();
        agent.Present = (plane, _) => Any.Pack(new JwtCredential { Token = _issuer.Sign(_issuer.Claims(plane.Uid, DateTimeOffset.UtcNow)) });
        return agent;
    }

    private Task<ErrorInfo> RefusalAsync() => TestAgent.RefusedAsync(() => Agent().AuthorizeAsync());

    private async Task ClosedAsync(Func<Task> join, string reason, string auditLog)
    {
        RpcException refused = await Should.ThrowAsync<RpcException>(join);

        ErrorInfo info = TestAgent.ReasonOf(refused, StatusCode.Unavailable);
        info.Reason.ShouldBe(reason);
        Google.Rpc.Status.Parser.ParseFrom(refused.Trailers.First(t => t.Key == "grpc-status-details-bin").ValueBytes)
            .Details.ShouldContain(d => d.Is(RetryInfo.Descriptor), "when to come back");
        JsonNode record = await AuditLines.FindAsync(auditLog, info.Metadata["correlationId"]);
        record["outcome"]!.GetValue<string>().ShouldBe("deny");
        record["reason"]!.GetValue<string>().ShouldBe(reason);
        (await _plane.Client.ListAsync<WorkloadKeyBinding>(null)).Items.ShouldBeEmpty();
        (await _plane.Client.ListAsync<WorkloadAutoRegistration>(null)).Items.ShouldBeEmpty();
    }
}
