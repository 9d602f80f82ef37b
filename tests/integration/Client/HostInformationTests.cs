using System.Net;
using Onboarding.Api.Configuration;
using Onboarding.Api.Registration;
using Onboarding.Client.Credentials;
using Onboarding.Client.Errors;
using Onboarding.Client.HostInformation;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public class HostInformationTests
{
    private static readonly HostInterface[] Interfaces =
    [
        new("lo", true, [IPAddress.Loopback]),
        new("ens5", false, [IPAddress.Parse("fe80::1"), IPAddress.Parse("2001:db8::5"), IPAddress.Parse("10.0.0.5")]),
        new("docker0", false, [IPAddress.Parse("172.17.0.1")]),
        new("wan0", false, [IPAddress.Parse("203.0.113.7"), IPAddress.Parse("169.254.9.9")]),
    ];

    [Fact]
    public async Task By_default_every_interface_counts_but_loopback_and_link_local_addresses_do_not() =>
        (await AddressesAsync([], [])).ShouldBe(
        [
            "10.0.0.5 Vpc", "172.17.0.1 Vpc", "203.0.113.7 Vpc", "2001:db8::5 Vpc", "203.0.113.7 Internet", "2001:db8::5 Internet",
        ]);

    [Fact]
    public async Task An_interface_counts_if_some_include_matches_and_no_exclude_does() =>
        (await AddressesAsync(["^ens", "^docker"], ["^docker0$"])).ShouldBe(["10.0.0.5 Vpc", "2001:db8::5 Vpc", "2001:db8::5 Internet"]);

    [Fact]
    public async Task Loopback_counts_if_it_is_named() => (await AddressesAsync(["^lo$"], [])).ShouldBe(["127.0.0.1 Vpc"]);

    [Fact]
    public async Task Without_any_address_the_interfaces_are_named()
    {
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => AddressesAsync(["^eth"], []));
        e.ErrorId.ShouldBe(ErrorIds.HostAddressMissing);
        e.Message.ShouldContain("lo, ens5, docker0, wan0");
        e.NextStep.ShouldContain("ip -brief address");
    }

    [Fact]
    public void The_host_s_own_interfaces_include_loopback() =>
        HostInterface.All().ShouldContain(i => i.IsLoopback && i.Addresses.Contains(IPAddress.Loopback));

    [Fact]
    public async Task A_plugin_can_tell_the_addresses()
    {
        HostInfo host = await FromPluginAsync("""{"host":{"addresses":[{"ip":"10.1.2.3","type":"VPC"},{"ip":"203.0.113.9","type":"INTERNET"}]}}""");
        host.Addresses.ShouldBe([new HostAddress("10.1.2.3", AddressType.Vpc), new HostAddress("203.0.113.9", AddressType.Internet)]);
    }

    [Theory]
    [InlineData("""{"host":{"addresses":[]}}""", "host.addresses must be a list")]
    [InlineData("""{"host":{"addresses":[{"ip":"10.1.2.3","type":"LAN"}]}}""", "host.addresses[0].type must be VPC or INTERNET")]
    [InlineData("""{"host":{"addresses":[{"ip":"10.1.2.3","type":"VPC"},{"ip":"localhost","type":"VPC"}]}}""", "host.addresses[1].ip must be an IPv4 or IPv6 address")]
    [InlineData("""{"host":{"addresses":["10.1.2.3"]}}""", "host.addresses[0] must be an object")]
    public async Task What_a_plugin_gets_wrong_is_located(string answer, string why)
    {
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => FromPluginAsync(answer));
        e.ErrorId.ShouldBe(ErrorIds.PluginAnswerInvalid);
        e.Message.ShouldContain(why);
    }

    private static async Task<IEnumerable<string>> AddressesAsync(string[] include, string[] exclude)
    {
        var source = new BasicHostInfoSource(new NetworkInterfaceFilter { Include = include, Exclude = exclude }, () => Interfaces);
        HostInfo host = await source.GetAsync(CancellationToken.None);
        return host.Addresses.Select(a => $"{a.Ip} {a.Type}");
    }

    private static async Task<HostInfo> FromPluginAsync(string answer)
    {
        using var directory = new TemporaryDirectory();
        using var log = new TestLog();
        string path = ShellScript.Write(directory, "p", $"""[ "$RPC_METHOD_NAME" = GetHostInfo ] || exit 9; echo '{answer}'""");
        var runner = new PluginRunner(new ConnectionSettings(), TimeProvider.System, log.CreateLogger<PluginRunner>());
        return await new PluginHostInfoSource(new PluginConfiguration { Name = "host", Path = path }, runner).GetAsync(CancellationToken.None);
    }
}
