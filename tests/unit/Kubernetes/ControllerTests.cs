using System.Collections.Concurrent;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.KubernetesTests;

public sealed class ControllerTests
{
    [Fact]
    public async Task Changes_are_reconciled_and_failures_come_back()
    {
        using var log = new TestLog();
        var objects = new ObjectServer();
        objects.Put("a");
        await using FakeApiServer server = await FakeApiServer.StartAsync(objects.HandleAsync);
        using KubernetesClient client = server.Client();
        var informer = new ResourceInformer<V1ConfigMap>(client, "ns");
        var reconciler = new Recorder(informer) { FailuresLeft = 2 };
        using var controller = new Controller<string>("test", reconciler, log);
        controller.Follow(informer, m => [m.Metadata.Name]);
        using var stop = new CancellationTokenSource();
        Task running = Task.WhenAll(controller.RunAsync(2, stop.Token), informer.RunAsync(stop.Token));

        await Eventually.Is(() => reconciler.Seen.Contains("a: there"), "the first object, at the third attempt");
        objects.Remove("a");
        await Eventually.Is(() => reconciler.Seen.Contains("a: gone"), "the deletion");
        controller.Enqueue("x");
        await Eventually.Is(() => reconciler.Seen.Contains("x: gone"), "what was asked for");

        reconciler.FailuresLeft.ShouldBe(0);
        log.Text.ShouldContain("test: a failed for the 2. time: not yet");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_reconciler_can_ask_to_look_again()
    {
        using var log = new TestLog();
        var reconciler = new Recorder(null) { Again = TimeSpan.FromMilliseconds(1) };
        using var controller = new Controller<string>("test", reconciler, log);
        using var stop = new CancellationTokenSource();
        Task running = controller.RunAsync(1, stop.Token);

        controller.Enqueue("a");

        await Eventually.Is(() => reconciler.Seen.Count >= 3, "three looks");
        await stop.CancelAsync();
        await running;
    }

    private sealed class Recorder(ResourceInformer<V1ConfigMap>? informer) : IReconciler<string>
    {
        private int _failuresLeft;

        public ConcurrentQueue<string> Seen { get; } = new();

        public int FailuresLeft
        {
            get => Math.Max(0, Volatile.Read(ref _failuresLeft));
            init => _failuresLeft = value;
        }

        public TimeSpan? Again { get; init; }

        public Task<TimeSpan?> ReconcileAsync(string key, CancellationToken cancellationToken)
        {
            if (Interlocked.Decrement(ref _failuresLeft) >= 0)
            {
                throw new InvalidOperationException("not yet");
            }

            Seen.Enqueue($"{key}: {(informer?.Get("ns", key) is null ? "gone" : "there")}");
            return Task.FromResult(Again);
        }
    }
}
