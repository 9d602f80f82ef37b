using Onboarding.Endpoint.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>What a mass boot leaves behind is given back when it is quiet, and calls aren't stopped for it while it isn't.</summary>
public sealed class C_IdleMemoryTests
{
    private const long Megabyte = 1 << 20;
    private readonly FakeTimeProvider _time = new();
    private readonly TestHeap _memory = new();
    private readonly IdleMemory _idle;

    public C_IdleMemoryTests() => _idle = new IdleMemory(_memory, _time);

    [Fact]
    public void Nothing_is_collected_while_there_are_joins_and_once_when_they_are_over()
    {
        for (int i = 0; i < 10; i++)
        {
            Work(50 * Megabyte, held: 30 * Megabyte);
            Look();
        }

        _memory.Collections.ShouldBe(0);
        Look();
        Look();
        _memory.Collections.ShouldBe(1);
    }

    [Fact]
    public void A_little_more_than_last_time_is_not_worth_it()
    {
        Work(300 * Megabyte, held: 300 * Megabyte);
        Look();
        Look();
        _memory.Collections.ShouldBe(1);
        long left = _memory.Used;

        Work(2 * Megabyte, held: (left / 8) - Megabyte);
        _time.Advance(IdleMemory.Rest);
        Look();
        _memory.Collections.ShouldBe(1);

        Work(2 * Megabyte, held: 2 * Megabyte);
        Look();
        _memory.Collections.ShouldBe(2);
    }

    [Fact]
    public void However_often_it_becomes_quiet_calls_are_stopped_once_a_minute()
    {
        for (int i = 0; i < 10; i++)
        {
            Work(300 * Megabyte, held: 300 * Megabyte);
            Look();
            Look();
        }

        _memory.Collections.ShouldBe(1);
        _time.Advance(IdleMemory.Rest);
        Look();
        _memory.Collections.ShouldBe(2);
    }

    private void Look()
    {
        _time.Advance(IdleMemory.LookEvery);
        _idle.Look();
    }

    private void Work(long allocated, long held)
    {
        _memory.Allocated += allocated;
        _memory.Used += held;
    }

    private sealed class TestHeap : IHeap
    {
        public long Allocated { get; set; }

        public long Used { get; set; }

        public int Collections { get; private set; }

        public void Collect()
        {
            Collections++;
            Used /= 2;
        }
    }
}
