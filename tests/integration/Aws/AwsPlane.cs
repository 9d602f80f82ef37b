using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Client.Credentials;
using Onboarding.Client.Credentials.Aws;
using Onboarding.Endpoint.Hosting;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Aws;

/// <summary>The real endpoint, which accepts EC2 instances and ECS tasks of one account, beside an AWS of the test's own.</summary>
public sealed class AwsPlane : IAsyncLifetime
{
    public const string Account = "111122223333";
    public const string TaskId = "0123456789abcdef0123456789abcdef";
    public const string TaskArn = $"arn:aws:ecs:eu-west-1:{Account}:task/prod/{TaskId}";

    // AWS has one for all, too, and a key takes a while to make.
    private static readonly X509Certificate2 SignerOfIreland = SigningCertificates.Create(0x11);
    private static readonly X509Certificate2 SignerOfVirginia = SigningCertificates.Create(0x22);
    private readonly TemporaryDirectory _anchors = new();

    /// <summary>What AWS signs documents with in eu-west-1.</summary>
    public X509Certificate2 Ireland => SignerOfIreland;

    /// <summary>What AWS signs documents with in us-east-1.</summary>
    public X509Certificate2 Virginia => SignerOfVirginia;

    public FakeAws Aws { get; private set; } = null!;

    public TestPlane Plane { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Aws = await FakeAws.StartAsync();
        Directory.CreateDirectory(_anchors["aws"]);
        await File.WriteAllTextAsync(Path.Combine(_anchors["aws"], "eu-west-1.pem"), Ireland.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_anchors["aws"], "us-east-1.pem"), Virginia.ExportCertificatePem());
        await File.WriteAllTextAsync(_anchors["web.pem"], Aws.Certificates.AuthorityPem);
        Plane = await TestPlane.StartAsync(Spec(), withPolicy: false, options: Options);
        await Plane.Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse($$$"""
            {"metadata": {"name": "aws", "namespace": "bookinfo"},
             "spec": {"allow": [{
               "workloads": [
                 {"aws": {"accounts": ["{{{Account}}}"], "ec2": {} } },
                 {"aws": {"accounts": ["{{{Account}}}"], "ecs": {"clusters": ["prod"]} } }],
               "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "ratings"} } }]}] } }
            """)!));
        await Eventually.Is(async () => (await Plane.Agent().GetPlaneAsync()).CredentialTypes.Count == 2, "the plane accepts both");
        TestAgent probe = Ec2Agent(new TestInstance { Id = "i-0000000000000000f" });
        await Eventually.Is(async () => await IsAdmittedAsync(probe), "the policy is in force");
    }

    public async ValueTask DisposeAsync()
    {
        await Plane.DisposeAsync();
        await Aws.DisposeAsync();
        _anchors.Dispose();
    }

    /// <summary>What an endpoint needs to reach this AWS.</summary>
    public EndpointOptions Options(EndpointOptions options) => options with
    {
        TrustAnchors = _anchors.Path,
        AwsAddress = Aws.Address,
        IssuerAuthorities = _anchors["web.pem"],
    };

    public static JsonObject Spec(string ecs = "Verified") => (JsonObject)JsonNode.Parse(
        $$$"""{"workloads": {"authentication": {"aws": {"ec2": {}, "ecs": {"details": "{{{ecs}}}"} } } } }""")!;

    /// <summary>An agent that presents an instance's document, genuine unless a message is given, and its role if it has one.</summary>
    public TestAgent Ec2Agent(
        TestInstance instance, byte[]? message = null, TestRole? role = null, TestAgentKey? key = null, GrpcChannel? through = null)
    {
        TestAgent agent = Plane.Agent(key: key, through: through);
        agent.CredentialFor = plane => Any.Pack(new AwsEc2Credential
        {
            IdentityDocument = ByteString.CopyFrom(message ?? instance.Sign(Ireland)),
            CallerIdentity = role is null ? null : Signer(agent, plane, role).Sign(AwsRequest.GetCallerIdentity(instance.Region), instance.Region),
        });
        return agent;
    }

    /// <summary>An agent that presents a message as a document.</summary>
    public TestAgent Ec2Agent(byte[] message) => Ec2Agent(new TestInstance(), message);

    /// <summary>An agent in an ECS task; the credential can be changed.</summary>
    public TestAgent EcsAgent(TestRole role, Action<AwsEcsCredential>? change = null, string taskArn = TaskArn)
    {
        TestAgent agent = Plane.Agent();
        agent.CredentialFor = plane =>
        {
            AwsSigner signer = Signer(agent, plane, role);
            EcsTaskArn.TryParse(taskArn, out EcsTaskArn? task).ShouldBeTrue();
            var credential = new AwsEcsCredential
            {
                TaskArn = taskArn,
                AvailabilityZone = "eu-west-1a",
                CallerIdentity = signer.Sign(AwsRequest.GetCallerIdentity("eu-west-1"), "eu-west-1"),
                DescribeTask = signer.Sign(AwsRequest.DescribeTask(task!), "eu-west-1"),
            };
            change?.Invoke(credential);
            return Any.Pack(credential);
        };
        return agent;
    }

    /// <summary>A role of the account, whose session bears a name.</summary>
    public TestRole Role(string session, string account = Account) => Aws.Add(new TestRole(account, "cart", session));

    /// <summary>Asserts that an agent is refused for a reason, that the audit log says so, and that nothing was created.</summary>
    public Task<JsonNode> RefusedAsync(TestAgent agent, string reason, string because = "") =>
        RefusedAsync(() => agent.AuthorizeAsync(), reason, because);

    /// <summary>Asserts that a call is refused for a reason, that the audit log says so, and that nothing was created.</summary>
    /// <param name="call">The call.</param>
    /// <param name="reason">The reason code.</param>
    /// <param name="because">Why, for who reads the failure.</param>
    /// <param name="code">The status, where it matters.</param>
    /// <param name="auditLog">The audit log of the replica that refuses; null for the plane's own.</param>
    public async Task<JsonNode> RefusedAsync(
        Func<Task> call, string reason, string because = "", StatusCode? code = null, string? auditLog = null)
    {
        int before = await CountAsync();
        ErrorInfo info = await TestAgent.RefusedAsync(call, code);
        info.Reason.ShouldBe(reason, because);
        JsonNode line = await AuditLines.FindAsync(auditLog ?? Plane.AuditLog, info.Metadata["correlationId"]);
        line["outcome"]!.GetValue<string>().ShouldBe("deny", because);
        line["reason"]!.GetValue<string>().ShouldBe(reason, because);
        (await CountAsync()).ShouldBe(before, $"nothing is created {because}");
        return line;
    }

    private static AwsSigner Signer(TestAgent agent, Rpc.Plane plane, TestRole role) => new(
        new AwsCredentials(role.AccessKeyId, role.SecretKey, role.Token),
        new CredentialRequest(plane.Uid, plane.Challenge.Memory, agent.Key.Public),
        TimeProvider.System);

    private async Task<int> CountAsync() =>
        (await Plane.Client.ListAsync<WorkloadKeyBinding>("istio-system")).Items.Count
        + (await Plane.Client.ListAsync<WorkloadAutoRegistration>("bookinfo")).Items.Count
        + (await Plane.Client.ListAsync<WorkloadEntry>("bookinfo")).Items.Count;

    private static async Task<bool> IsAdmittedAsync(TestAgent agent)
    {
        try
        {
            await agent.AuthorizeAsync();
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }
}
