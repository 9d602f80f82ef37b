using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Platforms;

/// <summary>A real plane that takes credentials of every platform but AWS, and a policy that admits what is genuine.</summary>
public sealed class PlatformPlane : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    public TestPlane Plane { get; private set; } = null!;

    public TokenSigner Google { get; } = new();

    public AzureCloud Azure { get; } = new();

    public SpiffeDomain Spiffe { get; } = new();

    public CertificateAuthority Corp { get; } = CertificateAuthority.Create();

    /// <summary>Another authority, whose certificates can be revoked.</summary>
    public CertificateAuthority Strict { get; } = CertificateAuthority.Create("CN=Strict Root,O=Corp");

    /// <summary>An anchor below a root that the plane doesn't know.</summary>
    public CertificateAuthority Issuing { get; } = CreateIssuing();

    public string CrlFile => _directory["strict.crl"];

    public async ValueTask InitializeAsync()
    {
        Plane = await TestPlane.StartAsync();
        await Plane.ConfigureAsync(new JsonObject { ["workloads"] = new JsonObject { ["authentication"] = Settings() } });
        await Plane.Client.CreateAsync(OnboardingPolicy.FromJson(Policy("platforms", "ratings")));
        await Plane.Client.CreateAsync(WorkloadGroup.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "reviews", "namespace": "bookinfo", "labels": {"app": "ratings"}},
             "spec": {"template": {"serviceAccount": "default"}}}
            """)!));
        await Eventually.Is(
            async () => (await Plane.Agent().GetPlaneAsync()).CredentialTypes.Count == 8, "the plane takes credentials of every platform");
        await Eventually.Is(
            async () =>
            {
                try
                {
                    await AdmitAsync((plane, _) => PlatformCredentials.Gcp(Google, plane, "1"));
                    return true;
                }
                catch (RpcException)
                {
                    return false;
                }
            },
            "the policy is in force");
    }

    public async ValueTask DisposeAsync()
    {
        await Plane.DisposeAsync();
        Google.Dispose();
        Azure.Dispose();
        Spiffe.Dispose();
        Corp.Dispose();
        Strict.Dispose();
        Issuing.Dispose();
        _directory.Dispose();
    }

    /// <summary>A credential that lets a workload in: it registers.</summary>
    public async Task<TestAgent> AdmitAsync(Func<Rpc.Plane, TestAgentKey, Any> credential, TestAgentKey? key = null, string group = TestPlane.Group)
    {
        TestAgent agent = Plane.Agent(key: key);
        agent.Present = credential;
        await agent.AuthorizeAsync(group);
        await agent.RegisterAsync();
        return agent;
    }

    /// <summary>
    /// A credential that doesn't: the refusal has this reason, the audit log has a record of it under the correlation id that the
    /// caller was told, and nothing was created.
    /// </summary>
    public async Task RefuseAsync(
        string reason, Func<Rpc.Plane, TestAgentKey, Any> credential, TestAgentKey? key = null, string group = TestPlane.Group, string? because = null)
    {
        int before = await CountAsync();
        TestAgent agent = Plane.Agent(key: key);
        agent.Present = credential;

        ErrorInfo refusal = await TestAgent.RefusedAsync(() => agent.AuthorizeAsync(group));

        refusal.Reason.ShouldBe(reason, because);
        await RecordedAsync(refusal, Plane.AuditLog, group);
        (await CountAsync()).ShouldBe(before, "nothing was created");
    }

    /// <summary>
    /// The same credential from many agents at once, at two replicas by turns: one gets in, all others are refused for one of these
    /// reasons, each with an audit record, and what is created is what one machine needs.
    /// </summary>
    public async Task OneOfManyAsync(int agents, Any credential, params string[] reasons)
    {
        await using TestReplica replica = await TestReplica.StartAsync(Plane, Plane.KubeconfigPath);
        int before = await CountAsync();

        ErrorInfo?[] answers = await Task.WhenAll(Enumerable.Range(0, agents).Select(async i =>
        {
            TestAgent agent = Plane.Agent(through: i % 2 == 0 ? replica.Channel : null);
            agent.Present = (_, _) => credential;
            try
            {
                await agent.AdmitAsync();
                return null;
            }
            catch (RpcException e)
            {
                return TestAgent.ReasonOf(e);
            }
        }));

        answers.Count(a => a is null).ShouldBe(1, string.Join(", ", answers.Select(a => a?.Reason ?? "in")));
        for (int i = 0; i < agents; i++)
        {
            if (answers[i] is { } refusal)
            {
                reasons.ShouldContain(refusal.Reason);
                await RecordedAsync(refusal, i % 2 == 0 ? replica.AuditLog : Plane.AuditLog, TestPlane.Group);
            }
        }

        (await CountAsync()).ShouldBe(before + 4, "one member with its entry and binding, and the note that the credential was used");
    }

    /// <summary>Makes a join token for a group, as the command does.</summary>
    public async Task<JoinTokenText> CreateJoinTokenAsync(string name, string group = TestPlane.Group, TimeSpan? life = null)
    {
        JoinTokenText token = JoinTokenText.Create(TestPlane.Namespace, name);
        await Plane.Client.CreateAsync(new JoinToken
        {
            Metadata = new V1ObjectMeta { Name = name, Namespace = TestPlane.Namespace },
            Spec = new JoinTokenSpec
            {
                WorkloadGroup = group,
                TokenSha256 = token.Hash,
                ExpiresAt = DateTimeOffset.UtcNow + (life ?? TimeSpan.FromHours(1)),
            },
        });

        // Presented with another secret it is unknown before and after; the group it is refused for says that the plane has seen it.
        await Eventually.Is(
            async () => (await TryAsync(token, "no-such-group")) != Onboarding.Api.Reasons.CredentialUnknown, "the plane knows the token");
        return token;
    }

    public Task<JsonNode> AuditAsync(string correlationId) => AuditLines.FindAsync(Plane.AuditLog, correlationId);

    private static async Task RecordedAsync(ErrorInfo refusal, string auditLog, string group)
    {
        JsonNode record = await AuditLines.FindAsync(auditLog, refusal.Metadata["correlationId"]);
        record["outcome"]!.GetValue<string>().ShouldBe("deny");
        record["reason"]!.GetValue<string>().ShouldBe(refusal.Reason);
        record["group"]!.GetValue<string>().ShouldBe($"{TestPlane.Namespace}/{group}");
    }

    private async Task<string?> TryAsync(JoinTokenText token, string group)
    {
        TestAgent agent = Plane.Agent();
        agent.Present = (_, _) => PlatformCredentials.Join(token);
        return (await TestAgent.RefusedAsync(() => agent.AuthorizeAsync(group))).Reason;
    }

    private async Task<int> CountAsync()
    {
        KubernetesClient client = Plane.Client;
        return (await client.ListAsync<WorkloadAutoRegistration>(null)).Items.Count
            + (await client.ListAsync<WorkloadEntry>(null)).Items.Count
            + (await client.ListAsync<WorkloadKeyBinding>(null)).Items.Count
            + (await client.ListAsync<CredentialUse>(null)).Items.Count;
    }

    private JsonObject Settings() => new()
    {
        ["gcp"] = new JsonObject { ["jwks"] = Google.Jwks(), ["projects"] = new JsonArray(GoogleTokens.Project) },
        ["azure"] = new JsonObject
        {
            ["tenants"] = new JsonArray(new JsonObject
            {
                ["tenantId"] = AzureCloud.Tenant,
                ["subscriptions"] = new JsonArray(AzureCloud.Subscription),
                ["jwks"] = Azure.Tokens.Jwks(),
            }),
            ["audience"] = AzureCloud.Audience,
            ["roots"] = Azure.Root.Pem,
        },
        ["kubernetes"] = new JsonObject { ["namespaces"] = new JsonArray(TestPlane.Namespace, "other") },
        ["spiffe"] = new JsonObject { ["trustDomains"] = new JsonArray(new JsonObject { ["name"] = Spiffe.Name, ["bundle"] = Spiffe.Bundle }) },
        ["x509"] = new JsonObject
        {
            ["authorities"] = new JsonArray(
                new JsonObject { ["name"] = "corp", ["roots"] = Corp.Pem },
                new JsonObject { ["name"] = "strict", ["roots"] = Strict.Pem, ["crlFile"] = CrlFile },
                new JsonObject { ["name"] = "issuing", ["roots"] = Issuing.Pem }),
        },
        ["joinToken"] = new JsonObject(),
    };

    private static CertificateAuthority CreateIssuing()
    {
        using CertificateAuthority root = CertificateAuthority.Create("CN=Unknown Root,O=Corp");
        return root.Intermediate("CN=Corp Issuing CA,O=Corp");
    }

    private JsonObject Policy(string name, string app) => (JsonObject)JsonNode.Parse($$$"""
        {"metadata": {"name": "{{{name}}}", "namespace": "bookinfo"},
         "spec": {"allow": [{
           "workloads": [
             {"gcp": {"projectIds": ["{{{GoogleTokens.Project}}}"]} },
             {"azure": {"subscriptions": ["{{{AzureCloud.Subscription}}}"]} },
             {"kubernetes": {"namespaces": ["bookinfo"]} },
             {"spiffe": {"trustDomains": ["{{{Spiffe.Name}}}"], "pathPrefixes": ["/vm"]} },
             {"x509": {"authorities": ["corp", "strict", "issuing"]} },
             {"joinToken": {"namePrefixes": ["rack-"]} }],
           "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "{{{app}}}"} } }]}] } }
        """)!;
}
