using Grpc.Core;
using Grpc.Health.V1;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Onboarding.Tests.Integration.Endpoint;

public sealed class HealthTests
{
    [Fact]
    public async Task The_plane_serves_until_it_is_told_to_stop()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        var health = new Health.HealthClient(plane.Channel);
        await Eventually.Is(
            async () => (await health.CheckAsync(new HealthCheckRequest())).Status == ServingStatus.Serving, "the plane is ready");
        using AsyncServerStreamingCall<HealthCheckResponse> watch = health.Watch(new HealthCheckRequest());
        (await watch.ResponseStream.MoveNext(default)).ShouldBeTrue();

        Task stopping = plane.Endpoint.StopAsync();

        (await watch.ResponseStream.MoveNext(default)).ShouldBeTrue();
        watch.ResponseStream.Current.Status.ShouldBe(ServingStatus.NotServing);
        watch.Dispose();
        await stopping;
    }
}
