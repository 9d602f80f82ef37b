using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Runtime;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Aws;

/// <summary>EC2 instances at the real endpoint. What must be refused is in Attacks.</summary>
public sealed class Ec2Tests(AwsPlane aws) : IClassFixture<AwsPlane>
{
    [Fact]
    public async Task An_instance_joins_by_its_identity_document()
    {
        TestAgent agent = aws.Ec2Agent(new TestInstance { Id = "i-0aaaaaaaaaaaaaaa1" });

        await agent.AuthorizeAsync();
        await agent.RegisterAsync();

        agent.Registration.ShouldBe("ratings-aws-aws-111122223333-eu-west-1a-ec2-i-0aaaaaaaaaaaaaaa1");
        AwsIdentity identity = await IdentityOfAsync(agent);
        identity.ShouldBe(new AwsIdentity
        {
            Partition = "aws",
            Account = AwsPlane.Account,
            Region = "eu-west-1",
            Zone = "eu-west-1a",
            Ec2 = new Ec2Instance { InstanceId = "i-0aaaaaaaaaaaaaaa1" },
        });
    }

    [Fact]
    public async Task An_instance_with_a_role_proves_it_as_well()
    {
        TestAgent agent = aws.Ec2Agent(new TestInstance { Id = "i-0aaaaaaaaaaaaaaa2" }, role: aws.Role("i-0aaaaaaaaaaaaaaa2"));

        await agent.AuthorizeAsync();
        await agent.RegisterAsync();

        (await IdentityOfAsync(agent)).Ec2!.IamRole.ShouldBe(new IamRole("cart"));
    }

    [Fact]
    public async Task A_long_running_instance_joins_for_the_first_time_with_a_role_only()
    {
        var old = new TestInstance { Id = "i-0aaaaaaaaaaaaaaa3", Started = DateTimeOffset.UtcNow.AddDays(-30) };

        JsonNode line = await aws.RefusedAsync(aws.Ec2Agent(old), Reasons.CredentialExpired);
        line["message"]!.GetValue<string>().ShouldContain("aws.ec2.maxInstanceAge");

        await aws.Ec2Agent(old, role: aws.Role(old.Id)).AuthorizeAsync();
    }

    [Fact]
    public async Task An_instance_that_joined_once_comes_back_however_long_it_runs()
    {
        var instance = new TestInstance { Id = "i-0aaaaaaaaaaaaaaa4" };
        TestAgent first = aws.Ec2Agent(instance);
        await first.AdmitAsync();

        await aws.Ec2Agent(instance with { Started = DateTimeOffset.UtcNow.AddDays(-3) }, key: first.Key).AuthorizeAsync();
    }

    [Fact]
    public async Task An_instance_of_another_account_is_not_authorized()
    {
        var other = new TestInstance { Account = "999988887777" };

        JsonNode line = await aws.RefusedAsync(aws.Ec2Agent(other), Reasons.NotAuthorized);

        line["identity"]!["aws"]!["account"]!.GetValue<string>().ShouldBe("999988887777");
    }

    private async Task<AwsIdentity> IdentityOfAsync(TestAgent agent) =>
        (await aws.Plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration)).Spec!.Identity.Aws!;
}
