using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Runtime;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Aws;

/// <summary>ECS tasks at the real endpoint.</summary>
public sealed class EcsTests(AwsPlane aws) : IClassFixture<AwsPlane>
{
    [Fact]
    public async Task A_task_joins_by_its_role_and_what_AWS_says_of_it()
    {
        TestRole role = aws.Role(AwsPlane.TaskId);
        aws.Aws.AddTask(AwsPlane.TaskArn, role, zone: "eu-west-1c");
        TestAgent agent = aws.EcsAgent(role);

        await agent.AuthorizeAsync();
        await agent.RegisterAsync();

        agent.Registration.ShouldBe($"ratings-aws-aws-111122223333-eu-west-1c-ecs-prod-{AwsPlane.TaskId}");
        AwsIdentity identity = (await aws.Plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration)).Spec!.Identity.Aws!;
        identity.Zone.ShouldBe("eu-west-1c", "AWS says so; the task said another");
        identity.Ecs.ShouldBe(new EcsTask { Cluster = "prod", TaskId = AwsPlane.TaskId, IamRole = new IamRole("cart") });
    }

    [Fact]
    public async Task A_task_cannot_claim_a_cluster_it_does_not_run_in()
    {
        const string Task = "00000000000000000000000000000002";
        TestRole role = aws.Role(Task);
        aws.Aws.AddTask($"arn:aws:ecs:eu-west-1:{AwsPlane.Account}:task/playground/{Task}", role);

        await aws.RefusedAsync(
            aws.EcsAgent(role, taskArn: $"arn:aws:ecs:eu-west-1:{AwsPlane.Account}:task/prod/{Task}"), Reasons.CredentialMalformed);
    }

    [Fact]
    public async Task A_task_cannot_be_another_task_of_the_same_role()
    {
        TestRole role = aws.Role("00000000000000000000000000000003");

        await aws.RefusedAsync(aws.EcsAgent(role), Reasons.CredentialSubject);
    }

    [Fact]
    public async Task A_task_whose_role_may_not_describe_it_is_told_what_to_do()
    {
        const string Task = "00000000000000000000000000000004";
        TestRole role = aws.Role(Task);
        TestAgent agent = aws.EcsAgent(
            role, c => c.DescribeTask.Signature = Google.Protobuf.ByteString.CopyFrom(new byte[32]), $"arn:aws:ecs:eu-west-1:{AwsPlane.Account}:task/prod/{Task}");

        (await aws.RefusedAsync(agent, Reasons.CredentialSubject))["message"]!.GetValue<string>().ShouldContain("ecs:DescribeTasks");
    }

    [Fact]
    public async Task A_task_without_proof_of_its_cluster_is_refused_unless_the_plane_takes_its_word()
    {
        const string Task = "00000000000000000000000000000005";
        TestAgent agent = aws.EcsAgent(
            aws.Role(Task), c => c.DescribeTask = null, $"arn:aws:ecs:eu-west-1:{AwsPlane.Account}:task/prod/{Task}");

        await aws.RefusedAsync(agent, Reasons.CredentialSubject);
        await aws.Plane.ConfigureAsync(AwsPlane.Spec("Reported"));
        try
        {
            await Testing.Eventually.Is(async () => await agent.RefusalAsync() is null, "the plane takes the task's word");
            await agent.AuthorizeAsync();
        }
        finally
        {
            await aws.Plane.ConfigureAsync(AwsPlane.Spec());
            await Testing.Eventually.Is(async () => await agent.RefusalAsync() == Reasons.CredentialSubject, "the plane is as it was, for the next test");
        }
    }
}
