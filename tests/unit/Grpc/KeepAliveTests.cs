using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

public class KeepAliveTests
{
    [Fact]
    public void Both_sides_notice_a_peer_that_vanished_within_a_minute()
    {
        using SocketsHttpHandler client = GrpcChannel.CreateHandler();
        (client.KeepAlivePingDelay + client.KeepAlivePingTimeout).ShouldBeLessThan(TimeSpan.FromMinutes(1));

        Http2Limits server = new KestrelServerOptions().Limits.KeepGrpcStreamsAlive().Http2;
        (server.KeepAlivePingDelay + server.KeepAlivePingTimeout).ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("ftp://host")]
    [InlineData("/relative")]
    public void An_address_has_a_scheme_that_gRPC_knows(string address) =>
        Should.Throw<ArgumentException>(() => GrpcChannel.ForAddress(new Uri(address, UriKind.RelativeOrAbsolute)));
}
