using System.Net;
using System.Net.Sockets;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Suite;

/// <summary>What holds tests of this assembly to memory and files notices what they may not do.</summary>
public sealed class IsolationTests
{
    [Fact]
    public void A_connection_is_noticed_with_the_code_that_made_it()
    {
        using var watch = new SocketWatch();

        watch.Run(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(IPAddress.Loopback, 9);
        });

        watch.Take().ShouldHaveSingleItem().ShouldContain(nameof(A_connection_is_noticed_with_the_code_that_made_it));
        watch.Take().ShouldBeEmpty();
    }

    [Fact]
    public void A_look_up_of_a_name_is_noticed()
    {
        using var watch = new SocketWatch();

        watch.Run(() => Dns.GetHostAddresses("localhost"));

        watch.Take().ShouldHaveSingleItem().ShouldStartWith("ResolutionStart");
    }
}
