using System.Net;
using Onboarding.Api.Configuration;
using Onboarding.Api.Registration;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.HostInformation;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Testing.Clouds.Aws;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>An instance that is to be reached over the internet, whose public address is the cloud's translation.</summary>
public sealed class Ec2HostInformationTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private FakeEc2Metadata _metadata = null!;

    public async ValueTask InitializeAsync()
    {
        _metadata = await FakeEc2Metadata.StartAsync(new TestInstance(), []);
        await File.WriteAllTextAsync(_directory["sys_vendor"], "Amazon EC2\n");
    }

    public async ValueTask DisposeAsync()
    {
        await _metadata.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Its_public_address_is_listed_as_well()
    {
        _metadata.PublicAddress = "203.0.113.7";

        (await AddressesAsync("10.0.0.5")).ShouldBe([new HostAddress("10.0.0.5", AddressType.Vpc), new HostAddress("203.0.113.7", AddressType.Internet)]);
    }

    [Fact]
    public async Task Without_one_it_has_those_of_its_interfaces() => (await AddressesAsync("10.0.0.5")).ShouldBe([new HostAddress("10.0.0.5", AddressType.Vpc)]);

    [Theory]
    [InlineData("not an address")]
    [InlineData("2001:db8::1")]
    [InlineData("")]
    public async Task What_is_no_address_is_none(string text)
    {
        _metadata.PublicAddress = text;

        (await AddressesAsync("10.0.0.5")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_service_that_fails_is_no_reason_not_to_join()
    {
        _metadata.Instead = http => LoopbackServer.StatusAsync(http, 500);

        (await AddressesAsync("10.0.0.5")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_machine_that_has_a_public_address_of_its_own_asks_nobody()
    {
        (await AddressesAsync("203.0.113.9")).ShouldContain(new HostAddress("203.0.113.9", AddressType.Internet));

        _metadata.Requests.ShouldBeEmpty();
    }

    private async Task<IReadOnlyList<HostAddress>> AddressesAsync(string own)
    {
        var interfaces = new BasicHostInfoSource(new NetworkInterfaceFilter(), () => [new HostInterface("ens5", false, [IPAddress.Parse(own)])]);
        var environment = new PlatformEnvironment
        {
            DmiDirectory = _directory.Path,
            MetadataPatience = Eventually.Patience,
            Variable = name => name == "AWS_EC2_METADATA_SERVICE_ENDPOINT" ? _metadata.Url.ToString() : null,
        };
        return (await new Ec2HostInfoSource(interfaces, environment, TimeProvider.System).GetAsync(default)).Addresses;
    }
}
