using System.Net;
using Onboarding.Api.Registration;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Members;
using Onboarding.Plane.Refusals;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>Addresses that neither clients in the mesh nor the plane are sent to, in whatever notation.</summary>
public sealed class NeverAddressesTests
{
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.170.2")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:a9fe:a9fe::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd00:ec2::23")]
    [InlineData("fd20:ce::254")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    [InlineData("192.0.0.192")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    public void Nobody_is_sent_there(string address)
    {
        Should.Throw<RefusedException>(() => AddressChoice.Choose(Registration(address), allowLoopback: true)).Message.ShouldContain(address);
        new IssuerAddresses(AllowPrivate: true, AllowLoopback: true).Allows(IPAddress.Parse(address)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("198.51.100.7")]
    [InlineData("fd12:3456::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2600:1f18::1")]
    public void Machines_addresses_are_taken(string address)
    {
        AddressChoice.Choose(Registration(address), allowLoopback: false).ShouldBe(address);
        new IssuerAddresses(AllowPrivate: true, AllowLoopback: false).Allows(IPAddress.Parse(address)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void This_machine_is_taken_only_where_everything_is_on_it(string address)
    {
        AddressChoice.Choose(Registration(address), allowLoopback: true).ShouldBe(address);
        Should.Throw<RefusedException>(() => AddressChoice.Choose(Registration(address), allowLoopback: false)).Message.ShouldContain("loopback");
    }

    private static WorkloadRegistration Registration(string address) => new()
    {
        Agent = new AgentInfo("v1"),
        Sidecar = new SidecarInfo(),
        Host = new HostInfo { Addresses = [new HostAddress(address, AddressType.Vpc)] },
    };
}
