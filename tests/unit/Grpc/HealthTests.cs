using Grpc.Core;
using Grpc.Health.V1;
using Shouldly;
using Xunit;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Onboarding.Tests.Unit.GrpcTests;

public class HealthTests
{
    [Fact]
    public async Task Check_tells_the_status_of_a_service()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        var client = new Health.HealthClient(server.Channel());
        server.Health.SetStatus("a", ServingStatus.NotServing);

        (await client.CheckAsync(new HealthCheckRequest { Service = "a" })).Status.ShouldBe(ServingStatus.NotServing);
        server.Health.ClearAll();
        RpcException error = await Should.ThrowAsync<RpcException>(async () => await client.CheckAsync(new HealthCheckRequest { Service = "a" }));
        error.StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Watch_tells_the_status_and_every_change()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        using AsyncServerStreamingCall<HealthCheckResponse> watch =
            new Health.HealthClient(server.Channel()).Watch(new HealthCheckRequest { Service = "a" });

        (await Next(watch)).ShouldBe(ServingStatus.ServiceUnknown);
        server.Health.SetStatus("a", ServingStatus.Serving);
        (await Next(watch)).ShouldBe(ServingStatus.Serving);
        server.Health.SetStatus("a", ServingStatus.Serving);
        server.Health.SetStatus("b", ServingStatus.Serving);
        server.Health.SetStatus("a", ServingStatus.NotServing);
        (await Next(watch)).ShouldBe(ServingStatus.NotServing);
        server.Health.ClearStatus("a");
        (await Next(watch)).ShouldBe(ServingStatus.ServiceUnknown);
    }

    private static async Task<ServingStatus> Next(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        (await watch.ResponseStream.MoveNext()).ShouldBeTrue();
        return watch.ResponseStream.Current.Status;
    }
}
