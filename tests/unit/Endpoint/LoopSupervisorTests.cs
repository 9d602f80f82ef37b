using Onboarding.Plane.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>A loop of the plane that fails goes on.</summary>
public sealed class LoopSupervisorTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestLog _log = new();
    private readonly CancellationTokenSource _stop = new();
    private int _starts;

    public void Dispose()
    {
        _stop.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_loop_that_throws_is_logged_and_starts_again_after_a_pause()
    {
        _log.Expect("'count' failed");
        Task running = Supervisor.RunAsync("count", FailTwiceAsync, _stop.Token);
        await Eventually.Is(() => _time.PendingTimers == 1, "the pause after the first failure");
        _starts.ShouldBe(1);
        _log.Entries.ShouldContain(e => e.EventId.Id == 4042 && e.Exception is FormatException);

        await Eventually.Is(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _starts == 3;
            },
            "the third start");

        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_loop_that_gives_up_is_logged_and_starts_again()
    {
        _log.Expect("'give up' ended by itself");
        Task running = Supervisor.RunAsync("give up", _ => { _starts++; return Task.CompletedTask; }, _stop.Token);

        await Eventually.Is(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _starts >= 2;
            },
            "the second start");

        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_timeout_inside_a_loop_is_no_order_to_stop()
    {
        _log.Expect("'time out' failed");
        Task running = Supervisor.RunAsync("time out", _ => { _starts++; throw new TaskCanceledException(); }, _stop.Token);

        await Eventually.Is(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return _starts >= 2;
            },
            "the second start");

        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_loop_that_is_told_to_stop_leaves_without_a_word()
    {
        Task running = Supervisor.RunAsync("wait", stop => Task.Delay(Timeout.Infinite, stop), _stop.Token);

        await _stop.CancelAsync();
        await running;

        _log.Entries.ShouldBeEmpty();
    }

    private LoopSupervisor Supervisor => new(_time, _log.CreateLogger<LoopSupervisor>());

    private Task FailTwiceAsync(CancellationToken stop) =>
        ++_starts < 3 ? throw new FormatException("not what was expected") : Task.Delay(Timeout.Infinite, stop);
}
