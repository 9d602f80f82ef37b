using System.Net;
using System.Net.Sockets;
using Onboarding.Client.Channel;
using Onboarding.Client.Native;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public sealed class PlaneAddressesTests : IDisposable
{
    // Reserved (RFC 6761): no resolver has it.
    private const string NoSuchName = "plane.onboarding.invalid";
    private readonly TemporaryDirectory _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Where_the_name_does_not_resolve_the_address_that_was_good_last_is_tried()
    {
        PlaneAddresses addresses = Of(NoSuchName);
        await Should.ThrowAsync<SocketException>(() => addresses.FindAsync(default));
        addresses.Remember(IPAddress.Parse("::ffff:192.0.2.7"));
        (await addresses.FindAsync(default)).ShouldBe([IPAddress.Parse("192.0.2.7")]);
        (await Of(NoSuchName).FindAsync(default)).ShouldBe([IPAddress.Parse("192.0.2.7")]);
        File.GetUnixFileMode(_state["plane-address"]).ShouldBe(FileModes.Secret);
    }

    [Fact]
    public async Task An_address_kept_for_another_name_is_not_this_plane_s()
    {
        Of("other.onboarding.invalid").Remember(IPAddress.Parse("192.0.2.7"));
        await Should.ThrowAsync<SocketException>(() => Of(NoSuchName).FindAsync(default));
        File.WriteAllText(_state["plane-address"], "\0garbage");
        await Should.ThrowAsync<SocketException>(() => Of(NoSuchName).FindAsync(default));
    }

    [Fact]
    public async Task A_name_that_resolves_is_looked_up_and_an_address_is_taken_as_it_is()
    {
        Of("localhost").Remember(IPAddress.Parse("192.0.2.7"));
        (await Of("localhost").FindAsync(default)).ShouldAllBe(a => IPAddress.IsLoopback(a));
        (await Of("192.0.2.1").FindAsync(default)).ShouldBe([IPAddress.Parse("192.0.2.1")]);
    }

    private PlaneAddresses Of(string host) => new(host, _state.Path, TimeProvider.System);
}
