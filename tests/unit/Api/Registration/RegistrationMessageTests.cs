using Onboarding.Api.Reading;
using Onboarding.Api.Registration;
using Onboarding.Testing;
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
            .Problems.ShouldHaveSingleItem().Message.ShouldBeGolden();

    [Fact]
    public void An_agent_can_not_fill_the_store()
    {
        Rpc.Registration message = RegistrationMessage.Write(Full);
        for (int i = 0; i < 40; i++)
        {
            message.Host.Addresses.Add(new Rpc.Address { Ip = $"10.0.1.{i}", Type = Rpc.AddressType.Vpc });
        }

        for (int i = 0; i < 70; i++)
        {
            message.Workload.Labels[$"l{i}"] = "v";
        }

        RegistrationMessage.Read(message).Problems.Select(problem => problem.ToString()).ShouldBeGolden();
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

    /// <summary>What a program says of itself describes it; a join isn't refused for its words.</summary>
    [Theory]
    [InlineData("1.31.0", "1.31.0")]
    [InlineData("client version: 1.31.0", "1.31.0")]
    [InlineData("  Client Version: 1.31.0\n", "1.31.0")]
    [InlineData("client version:", "unknown")]
    [InlineData("1 2", "1_2")]
    [InlineData("1\n2", "1_2")]
    [InlineData("\u001b[31m1.31", "_[31m1.31")]
    [InlineData("\u00e4\u00f6", "unknown")]
    [InlineData("", "unknown")]
    [InlineData(" \t\n", "unknown")]
    public void A_version_is_kept_in_printable_form(string said, string kept)
    {
        Rpc.Registration message = RegistrationMessage.Write(Full);
        message.Agent.Version = said;
        message.Sidecar.Istio.Version = said;

        WorkloadRegistration read = RegistrationMessage.Read(message).Value.ShouldNotBeNull();

        read.Agent.Version.ShouldBe(kept);
        read.Sidecar.Istio!.Version.ShouldBe(kept);
    }

    [Fact]
    public void An_endless_version_is_cut()
    {
        Rpc.Registration message = RegistrationMessage.Write(Full);
        message.Sidecar.Istio.Version = new string('v', 50_000);

        RegistrationMessage.Read(message).Value!.Sidecar.Istio!.Version.ShouldBe(new string('v', 128));
    }

    [Fact]
    public void An_agent_that_does_not_describe_itself_is_taken()
    {
        Rpc.Registration message = RegistrationMessage.Write(Full);
        message.Agent = null;

        RegistrationMessage.Read(message).Value!.Agent.Version.ShouldBe("unknown");
    }

    [Fact]
    public void The_revision_chooses_a_control_plane_and_is_held_to_its_rules()
    {
        Rpc.Registration message = RegistrationMessage.Write(Full);
        message.Sidecar.Istio.Revision = "client version: canary";

        RegistrationMessage.Read(message).Problems.ShouldHaveSingleItem().Path.ShouldBe("registration.sidecar.istio.revision");
    }
}
