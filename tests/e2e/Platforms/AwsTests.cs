using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Testing.Clouds.Aws;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Platforms;

public sealed class AwsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly X509Certificate2 _region = SigningCertificates.Create();

    public void Dispose()
    {
        _region.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_EC2_instance_without_a_role_joins_by_its_identity_document()
    {
        var instance = new TestInstance { Started = DateTimeOffset.UtcNow };
        await using FakeEc2Metadata metadata = await FakeEc2Metadata.StartAsync(instance, instance.Sign(_region));
        await using CloudMesh mesh = await CloudMesh.StartAsync(
            """{"aws": {"ec2": {}}}""", """{"aws": {"accounts": ["111122223333"], "ec2": {}}}""", "--trust-anchors", Anchors());

        await mesh.StartAgentAsync("{aws: {ec2: {}}}", $"AWS_EC2_METADATA_SERVICE_ENDPOINT={metadata.Url}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Metadata.Name.ShouldBe($"ratings-aws-aws-111122223333-eu-west-1a-ec2-{instance.Id}");
        metadata.Requests.First().ShouldBe("PUT /latest/api/token", "version 2 of the metadata service only");
    }

    [Fact]
    public async Task An_EC2_instance_with_a_role_joins_by_document_and_role_where_the_policy_asks_for_the_role()
    {
        var instance = new TestInstance { Started = DateTimeOffset.UtcNow.AddDays(-100) };
        await using FakeAws aws = await FakeAws.StartAsync();
        TestRole role = aws.Add(new TestRole(instance.Account, "cart", instance.Id));
        await using FakeEc2Metadata metadata = await FakeEc2Metadata.StartAsync(instance, instance.Sign(_region), role);
        await using CloudMesh mesh = await CloudMesh.StartAsync(
            """{"aws": {"ec2": {}}}""",
            """{"aws": {"accounts": ["111122223333"], "regions": ["eu-west-1"], "ec2": {"iamRoleNames": ["cart"]}}}""",
            ["--trust-anchors", Anchors(), .. Reaching(aws)]);

        await mesh.StartAgentAsync("{aws: {ec2: {}}}", $"AWS_EC2_METADATA_SERVICE_ENDPOINT={metadata.Url}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.Aws!.Ec2!.IamRole!.Name.ShouldBe("cart");
        mesh.Log.ShouldNotContain(role.SecretKey);
        mesh.Log.ShouldNotContain(role.Token);
    }

    [Fact]
    public async Task An_ECS_task_that_is_configured_by_its_environment_finds_out_what_it_is_and_joins_by_its_role()
    {
        const string Arn = "arn:aws:ecs:eu-west-1:111122223333:task/prod/0123456789abcdef0123456789abcdef";
        await using FakeAws aws = await FakeAws.StartAsync();
        TestRole role = aws.Add(new TestRole("111122223333", "ratings", "0123456789abcdef0123456789abcdef"));
        aws.AddTask(Arn, role);
        await using FakeEcsMetadata metadata = await new FakeEcsMetadata { TaskArn = Arn, Role = role }.StartAsync();
        await using CloudMesh mesh = await CloudMesh.StartAsync(
            """{"aws": {"ecs": {}}}""", """{"aws": {"accounts": ["111122223333"], "ecs": {"clusters": ["prod"]}}}""", Reaching(aws));

        await mesh.StartContainerAsync(
            "{auto: {}}", $"ECS_CONTAINER_METADATA_URI_V4={metadata.MetadataUri}", $"AWS_CONTAINER_CREDENTIALS_FULL_URI={metadata.CredentialsUri}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.Aws!.Ecs!.Cluster.ShouldBe("prod");
        mesh.Log.ShouldContain("PlatformDetected");
        mesh.Log.ShouldContain(" ONBOARDING_CONFIG and AGENT_CONFIG");
    }

    private string Anchors()
    {
        Directory.CreateDirectory(_directory["aws"]);
        File.WriteAllText(Path.Combine(_directory["aws"], "eu-west-1.pem"), _region.ExportCertificatePem());
        return _directory.Path;
    }

    private string[] Reaching(FakeAws aws)
    {
        File.WriteAllText(_directory["web.pem"], aws.Certificates.AuthorityPem);
        return ["--aws-address", $"{aws.Address.Host}:{aws.Address.Port}", "--issuer-ca-file", _directory["web.pem"]];
    }
}
