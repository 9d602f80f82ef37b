using Onboarding.Api.Reading;
using Onboarding.Api.Registration;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Unit.Api.Registration;

public class RegistrationMessageTests
{
    private static readonly WorkloadRegistration Full = new()
    {
        Agent = new AgentInfo("v1"),
        Sidecar = new SidecarInfo { Istio = new IstioSidecarInfo("1.26.0", "canary") },
        Host = new HostInfo { Addresses = [new HostAddress("10.0.0.1", AddressType.Vpc), new HostAddress("2001:db8::1", AddressType.Internet)] },
        Workload = new WorkloadInfo { Labels = new Dictionary<string, string> { ["version"] = "v2" } },
        Settings = new RegistrationSettings { ConnectedOver = AddressType.Internet },
    };

    [Fact]
    public void What_is_written_is_read_again()
    {
        ReadResult<WorkloadRegistration> result = RegistrationMessage.Read(RegistrationMessage.Write(Full));

        result.Problems.ShouldBeEmpty();
        result.Value!.ToJson().ToJsonString().ShouldBe(Full.ToJson().ToJsonString());
    }

    [Fact]
    public void What_is_optional_may_be_missing()
    {
        WorkloadRegistration small = Full with { Workload = null, Settings = null, Sidecar = new SidecarInfo { Istio = new IstioSidecarInfo("1") } };

        WorkloadRegistration read = RegistrationMessage.Read(RegistrationMessage.Write(small)).Value!;

        read.Workload.ShouldBeNull();
        read.Settings.ShouldBeNull();
        read.Sidecar.Istio!.Revision.ShouldBeNull();
    }

    [Fact]
    public void A_request_without_registration_is_refused() =>
        RegistrationMessage.Read(null).Problems.ShouldHaveSingleItem().ToString().ShouldBe("registration: is required");

    [Fact]
    public void Every_problem_is_told_with_its_path()
    {
        Rpc.Registration message = new()
        {
            Agent = new Rpc.AgentInfo(),
            Sidecar = new Rpc.SidecarInfo(),
            Host = new Rpc.HostInfo { Addresses = { new Rpc.Address { Ip = "10.0.0", Type = Rpc.AddressType.Vpc }, new Rpc.Address { Ip = "10.0.0.1" }, new Rpc.Address { Ip = "10.0.0.2", Type = (Rpc.AddressType)7 } } },
            Workload = new Rpc.WorkloadInfo { Labels = { ["a b"] = "c" } },
        };

        ReadResult<WorkloadRegistration> result = RegistrationMessage.Read(message);

        result.Value.ShouldBeNull();
        result.Problems.Select(problem => problem.Path).ShouldBe(
        [
            "registration.agent.version",
            "registration.sidecar",
            "registration.host.addresses[0].ip",
            "registration.host.addresses[1].type",
            "registration.host.addresses[2].type",
            "registration.workload.labels[a b]",
        ]);
    }

    [Theory]
    [InlineData("127.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("1")]
    [InlineData("010.0.0.1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("host")]
    [InlineData("10.0.0.1 ")]
    public void Addresses_that_programs_read_differently_are_refused(string ip) =>
        RegistrationMessage.Read(RegistrationMessage.Write(Full with { Host = new HostInfo { Addresses = [new HostAddress(ip, AddressType.Vpc)] } }))
            .Problems.ShouldHaveSingleItem().Message.ShouldStartWith("must be an IPv4 or IPv6 address");

    [Fact]
    public void An_agent_can_not_fill_the_store()
    {
        Rpc.Registration message = RegistrationMessage.Write(Full);
        message.Agent.Version = new string('v', 129);
        for (int i = 0; i < 40; i++)
        {
            message.Host.Addresses.Add(new Rpc.Address { Ip = $"10.0.1.{i}", Type = Rpc.AddressType.Vpc });
        }

        for (int i = 0; i < 70; i++)
        {
            message.Workload.Labels[$"l{i}"] = "v";
        }

        RegistrationMessage.Read(message).Problems.Select(problem => problem.ToString()).ShouldBe(
        [
            "registration.agent.version: must have at most 128 characters, not 129",
            "registration.host.addresses: must have at most 32 items, not 42",
            "registration.workload.labels: must have at most 64 items, not 71",
        ]);
    }

    [Fact]
    public void An_agent_can_not_fill_the_log_with_what_is_wrong()
    {
        string endless = new('x', 50_000);
        Rpc.Registration message = RegistrationMessage.Write(Full);
        message.Sidecar.Istio.Revision = endless;
        message.Host.Addresses[0].Ip = endless;
        message.Workload.Labels[endless] = "v";
        message.Workload.Labels["k"] = endless;

        string.Join('\n', RegistrationMessage.Read(message).Problems).Length.ShouldBeLessThan(1_000);
    }

    [Theory]
    [InlineData("1 2")]
    [InlineData("1\n2")]
    [InlineData("\u00e4")]
    public void Versions_are_printable(string version) =>
        RegistrationMessage.Read(RegistrationMessage.Write(Full with { Agent = new AgentInfo(version) }))
            .Problems.ShouldHaveSingleItem().ToString().ShouldBe("registration.agent.version: must be printable ASCII without spaces");
}
