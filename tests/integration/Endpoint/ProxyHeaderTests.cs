using System.Net;
using Onboarding.Endpoint.Hosting.ProxyProtocol;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>The header of the PROXY protocol, version 2.</summary>
public sealed class ProxyHeaderTests
{
    [Fact]
    public void It_says_where_an_IPv4_connection_comes_from()
    {
        ProxyHeader.TryRead(ProxyHeaders.For(IPAddress.Parse("192.0.2.7"), 1234), out IPEndPoint? source).ShouldBeTrue();

        source.ShouldBe(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 1234));
    }

    [Fact]
    public void It_says_where_an_IPv6_connection_comes_from()
    {
        ProxyHeader.TryRead(ProxyHeaders.For(IPAddress.Parse("2001:db8::7"), 65535), out IPEndPoint? source).ShouldBeTrue();

        source.ShouldBe(new IPEndPoint(IPAddress.Parse("2001:db8::7"), 65535));
    }

    [Fact]
    public void A_health_check_of_the_load_balancer_comes_from_itself()
    {
        byte[] local = ProxyHeaders.For(IPAddress.Parse("192.0.2.7"), 1);
        local[12] = 0x20;

        ProxyHeader.TryRead(local, out IPEndPoint? source).ShouldBeTrue();
        source.ShouldBeNull();
    }

    [Fact]
    public void What_is_appended_by_load_balancers_is_passed_over()
    {
        byte[] header = [.. ProxyHeaders.For(IPAddress.Parse("192.0.2.7"), 1), 0x04, 0x00, 0x01, 0xFF];
        header[15] += 4;

        ProxyHeader.TryRead(header, out IPEndPoint? source).ShouldBeTrue();
        source!.Address.ShouldBe(IPAddress.Parse("192.0.2.7"));
    }

    [Fact]
    public void What_is_none_is_not_taken_for_one()
    {
        byte[] good = ProxyHeaders.For(IPAddress.Parse("192.0.2.7"), 1);
        ProxyHeader.RestOf("PROXY TCP4 192.0.2.7 1"u8).ShouldBeNull("version 1");
        ProxyHeader.RestOf([.. good[..12], 0x31, .. good[13..]]).ShouldBeNull("version 3");
        ProxyHeader.RestOf([.. good[..12], 0x22, .. good[13..]]).ShouldBeNull("an unknown command");
        ProxyHeader.RestOf([.. good[..14], 0xFF, 0xFF]).ShouldBeNull("endless");
        ProxyHeader.RestOf(good.AsSpan(0, 15)).ShouldBeNull("cut off");
        byte[] tooShort = [.. good[..14], 0, 4, .. good[16..20]];
        ProxyHeader.TryRead(tooShort, out _).ShouldBeFalse("addresses that don't fit");
    }

    [Fact]
    public void Random_bytes_are_read_without_any_exception()
    {
        var random = new Random(7);
        byte[] good = ProxyHeaders.For(IPAddress.Parse("192.0.2.7"), 1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            good.AsSpan(0, Math.Min(random.Next(17), bytes.Length)).CopyTo(bytes);
            Should.NotThrow(() => ProxyHeader.TryRead(bytes, out _));
        }
    }
}
