using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Kubernetes.Informers;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Telemetry;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Operator;

/// <summary>The leader's loops never act on a copy of the cluster that is older than their own last write.</summary>
public sealed class StaleStoreTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_loop_puts_its_look_off_while_the_copy_is_behind_and_counts_it()
    {
        var own = new OwnWrites();
        own.Seen("41");
        own.Wrote("42");
        var reconciler = new CountedReconciler();
        long putOff = 0;
        using var metrics = new PlaneMetrics();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter == metrics.Meter && instrument.Name == MetricNames.ReconcileDuration)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Interlocked.Add(ref putOff, tags.Contains(new("outcome", "behind")) ? 1 : 0));
        listener.Start();
        using var stop = new CancellationTokenSource();
        Task running = new LeaderLoop(reconciler, new ReconcileMetrics(metrics, _time), _time, NullLogger<LeaderLoop>.Instance, () => own.IsBehind).RunAsync(stop.Token);

        await PassAsync(() => Interlocked.Read(ref putOff) >= 3);
        reconciler.Looks.ShouldBe(0);

        own.Seen("42");
        await PassAsync(() => reconciler.Looks > 0);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Theory]
    [InlineData("9", "10", true)] // as numbers, not as text
    [InlineData("10", "9", false)] // the watch was faster than the answer
    [InlineData("10", "10", false)]
    [InlineData(null, "10", true)]
    [InlineData("10", null, false)]
    [InlineData("10", "not-a-number", false)]
    public void A_copy_is_behind_when_what_was_written_is_newer_than_what_was_seen(string? seen, string? written, bool isBehind)
    {
        var own = new OwnWrites();
        own.Wrote(written);
        own.Seen(seen);
        own.IsBehind.ShouldBe(isBehind);
    }

    private async Task PassAsync(Func<bool> condition) => await Eventually.Is(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        "it happens");

    private sealed class CountedReconciler : Reconciler
    {
        private int _looks;

        public int Looks => Volatile.Read(ref _looks);

        public override string Name => "count its looks";

        public override TimeSpan Period { get; } = TimeSpan.FromSeconds(1);

        public override Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _looks);
            return Task.FromResult(ReconcileResult.Done);
        }
    }
}
