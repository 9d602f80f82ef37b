using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Operator.Loops;
using Onboarding.Operator.Upkeep;
using Onboarding.Plane.Telemetry;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Leases of instances that never come back don't pile up.</summary>
public sealed class AbandonedLeasesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_lease_of_an_instance_that_is_gone_for_an_hour_goes_and_others_stay()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        ResourceInformer<V1Lease> followed = plane.Operator.GetRequiredService<ResourceInformer<V1Lease>>();
        foreach (string name in (string[])["onboarding-instance-gone", "onboarding-instance-lives", "somebody-elses"])
        {
            await plane.Client.CreateAsync(new V1Lease { Metadata = new V1ObjectMeta { Name = name, Namespace = "istio-system" }, HolderIdentity = name });
        }

        await Eventually.Is(() => followed.Get("istio-system", "somebody-elses") is not null, "the plane sees them");
        using var stop = new CancellationTokenSource();
        var leases = new AbandonedLeases(
            plane.Operator.GetRequiredService<KubernetesClient>(), followed, _time, plane.Log.CreateLogger<AbandonedLeases>());
        Task running = new LeaderLoop(leases, new ReconcileMetrics(new PlaneMetrics(), _time), _time, plane.Log.CreateLogger<LeaderLoop>()).RunAsync(stop.Token);
        _time.Advance(TimeSpan.FromMinutes(50));
        V1Lease lives = await plane.Client.GetAsync<V1Lease>("istio-system", "onboarding-instance-lives");
        V1Lease renewed = await plane.Client.UpdateAsync(lives with { RenewTime = DateTimeOffset.UtcNow });
        await Eventually.Is(
            () => followed.Get("istio-system", "onboarding-instance-lives")?.Metadata.ResourceVersion == renewed.Metadata.ResourceVersion,
            "the plane sees the renewal");

        await Eventually.Is(
            async () =>
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                return await plane.Client.TryGetAsync<V1Lease>("istio-system", "onboarding-instance-gone") is null;
            },
            "the Lease is deleted");

        (await plane.Client.TryGetAsync<V1Lease>("istio-system", "onboarding-instance-lives")).ShouldNotBeNull();
        (await plane.Client.TryGetAsync<V1Lease>("istio-system", "somebody-elses")).ShouldNotBeNull();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }
}
