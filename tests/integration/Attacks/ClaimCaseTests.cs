using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Testing.Clouds.Aws;
using Onboarding.Tests.Integration.Aws;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>What a workload says of itself, and may not.</summary>
public sealed class ClaimCaseTests(AwsPlane aws) : IClassFixture<AwsPlane>
{
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    public async Task Case36_an_address_that_is_nobodys_own_is_refused(string ip)
    {
        // Which private addresses are pods, nodes or the API server the plane can't know: networks differ. An entry only directs the mesh's
        // traffic for its own group there, which anyone who may join that group may do anyway.
        TestAgent agent = aws.Ec2Agent(NewInstance());
        await agent.AuthorizeAsync();

        await RegistrationRefusedAsync(agent, agent.RegisterRequest(ip), Reasons.AddressRefused);
    }

    [Fact]
    public async Task Case36_two_machines_with_one_address_are_two_members()
    {
        TestAgent one = aws.Ec2Agent(NewInstance());
        TestAgent other = aws.Ec2Agent(NewInstance());
        foreach (TestAgent agent in (TestAgent[])[one, other])
        {
            await agent.AuthorizeAsync();
            await agent.RegisterAsync(agent.RegisterRequest("10.7.7.7"));
        }

        one.Registration.ShouldNotBe(other.Registration);
        (await aws.Plane.Client.GetAsync<WorkloadEntry>("bookinfo", one.Registration)).Spec.Address.ShouldBe("10.7.7.7");
        (await aws.Plane.Client.GetAsync<WorkloadEntry>("bookinfo", other.Registration)).Spec.Address.ShouldBe("10.7.7.7");
    }

    [Fact]
    public async Task Case37_a_token_for_one_group_names_no_other()
    {
        await aws.RefusedAsync(aws.Ec2Agent(new TestInstance { Account = "999988887777" }), Reasons.NotAuthorized);
        TestAgent agent = aws.Ec2Agent(NewInstance());
        await aws.RefusedAsync(() => agent.AuthorizeAsync("reviews"), Reasons.NotAuthorized);

        // Group, namespace and service account of a registration come from the token and the group; the request has no field for them.
        RegisterWorkloadRequest.Descriptor.Fields.InDeclarationOrder().ShouldHaveSingleItem().Name.ShouldBe("registration");
    }

    [Theory]
    [InlineData("istio.io/rev")]
    [InlineData("security.istio.io/tlsMode")]
    [InlineData("topology.istio.io/network")]
    [InlineData("topology.kubernetes.io/region")]
    [InlineData("onboarding.tetrate.io/jkt")]
    public async Task Case37_a_label_that_steers_the_mesh_is_refused(string key)
    {
        TestAgent agent = aws.Ec2Agent(NewInstance());
        await agent.AuthorizeAsync();

        await RegistrationRefusedAsync(agent, WithLabel(agent, key, "x"), Reasons.LabelRefused);
    }

    [Fact]
    public async Task Case37_the_groups_labels_win()
    {
        TestAgent agent = aws.Ec2Agent(NewInstance());
        await agent.AuthorizeAsync();
        RegisterWorkloadRequest request = agent.RegisterRequest();
        request.Registration.Workload = new WorkloadInfo { Labels = { ["app"] = "payments", ["version"] = "v666" } };

        await agent.RegisterAsync(request);

        (await aws.Plane.Client.GetAsync<WorkloadEntry>("bookinfo", agent.Registration)).Spec.Labels["app"].ShouldBe("ratings");
    }

    [Theory]
    [InlineData("a\nb", "x")]
    [InlineData("a", "x\n")]
    [InlineData("a", "x,app=payments")]
    [InlineData("a", "..")]
    [InlineData("../a", "x")]
    [InlineData("", "x")]
    [InlineData("a", "0123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", "x")]
    [InlineData("Example.com/a", "x")]
    public async Task Case38_what_is_no_label_is_refused(string key, string value)
    {
        TestAgent agent = aws.Ec2Agent(NewInstance());
        await agent.AuthorizeAsync();

        await RegistrationRefusedAsync(agent, WithLabel(agent, key, value), Reasons.InvalidRequest);
    }

    [Fact]
    public async Task Case38_a_label_whose_prefix_is_longer_than_253_characters_is_refused_and_one_of_253_is_not()
    {
        string longest = string.Join('.', Enumerable.Repeat(new string('a', 63), 3)) + "." + new string('a', 61);
        TestAgent agent = aws.Ec2Agent(NewInstance());
        await agent.AuthorizeAsync();

        await RegistrationRefusedAsync(agent, WithLabel(agent, $"{longest}a/version", "x"), Reasons.InvalidRequest);
        await agent.RegisterAsync(WithLabel(agent, $"{longest}/version", "x"));

        // No rule names its key, so it is taken and dropped.
        (await aws.Plane.Client.GetAsync<WorkloadEntry>("bookinfo", agent.Registration)).Spec.Labels.Keys.ShouldNotContain($"{longest}/version");
    }

    /// <summary>An instance that no other test has: each is bound to its agent's key.</summary>
    private static TestInstance NewInstance() => new() { Id = "i-0" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) };

    private static RegisterWorkloadRequest WithLabel(TestAgent agent, string key, string value)
    {
        RegisterWorkloadRequest request = agent.RegisterRequest();
        request.Registration.Workload = new WorkloadInfo { Labels = { [key] = value } };
        return request;
    }

    /// <summary>Asserts the refusal, its audit record (of a registration, of this very member), and that nothing was created.</summary>
    private async Task RegistrationRefusedAsync(TestAgent agent, RegisterWorkloadRequest request, string reason)
    {
        JsonNode line = await aws.RefusedAsync(() => agent.RegisterAsync(request), reason);

        line["action"]!.GetValue<string>().ShouldBe("register");
        line["registration"]!.GetValue<string>().ShouldContain(agent.Registration);
        (await aws.Plane.Client.TryGetAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration)).ShouldBeNull();
        (await aws.Plane.Client.TryGetAsync<WorkloadEntry>("bookinfo", agent.Registration)).ShouldBeNull();
    }
}
