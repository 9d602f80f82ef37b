using System.Threading.Channels;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.KubernetesTests;

public sealed class WorkQueueTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_key_added_twice_is_taken_once()
    {
        using WorkQueue<string> queue = Queue();
        queue.Add("a");
        queue.Add("a");
        queue.Add("b");

        queue.Count.ShouldBe(2);
        (await TakeAsync(queue)).ShouldBe("a");
        (await TakeAsync(queue)).ShouldBe("b");
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_key_added_while_it_is_worked_on_comes_back_afterwards()
    {
        using WorkQueue<string> queue = Queue();
        queue.Add("a");
        await TakeAsync(queue);
        queue.Add("a");
        Task<string> second = queue.TakeAsync(CancellationToken.None).AsTask();
        second.IsCompleted.ShouldBeFalse("no two workers have the same key");

        queue.Done("a");

        (await second).ShouldBe("a");
        queue.Done("a");
        queue.Done("a");
        Task<string> third = queue.TakeAsync(CancellationToken.None).AsTask();
        third.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Of_several_delays_the_earliest_counts()
    {
        using WorkQueue<string> queue = Queue();
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(3));
        queue.AddAfter("a", TimeSpan.FromSeconds(5));

        _clock.Advance(TimeSpan.FromSeconds(2));
        queue.Count.ShouldBe(0);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await TakeAsync(queue)).ShouldBe("a");
        queue.Done("a");
        _clock.Advance(TimeSpan.FromMinutes(1));
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public void Failures_double_the_delay_up_to_a_limit_until_forgotten()
    {
        using WorkQueue<string> queue = Queue(new WorkQueueOptions { FirstDelay = TimeSpan.FromSeconds(1), LongestDelay = TimeSpan.FromSeconds(4) });

        DelayOf(queue).ShouldBe(1);
        DelayOf(queue).ShouldBe(2);
        DelayOf(queue).ShouldBe(4);
        DelayOf(queue).ShouldBe(4);
        queue.Failures("a").ShouldBe(4);
        queue.Forget("a");
        queue.Failures("a").ShouldBe(0);
        DelayOf(queue).ShouldBe(1);
    }

    [Fact]
    public void All_keys_together_are_limited()
    {
        using WorkQueue<string> queue = Queue(new WorkQueueOptions { FirstDelay = TimeSpan.FromMilliseconds(1), Burst = 2, PerSecond = 1 });
        foreach (string key in (string[])["a", "b", "c", "d"])
        {
            queue.AddRateLimited(key);
        }

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        queue.Count.ShouldBe(2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        queue.Count.ShouldBe(3);
        _clock.Advance(TimeSpan.FromSeconds(1));
        queue.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_closed_queue_hands_out_what_is_left_and_takes_nothing()
    {
        WorkQueue<string> queue = Queue();
        queue.Add("a");
        queue.AddAfter("b", TimeSpan.FromSeconds(1));
        queue.Dispose();
        queue.Add("c");
        _clock.Advance(TimeSpan.FromSeconds(2));

        (await TakeAsync(queue)).ShouldBe("a");
        await Should.ThrowAsync<ChannelClosedException>(async () => await TakeAsync(queue));
    }

    private static ValueTask<string> TakeAsync(WorkQueue<string> queue) => queue.TakeAsync(CancellationToken.None);

    private WorkQueue<string> Queue(WorkQueueOptions? options = null) => new((options ?? new WorkQueueOptions()) with { TimeProvider = _clock });

    private int DelayOf(WorkQueue<string> queue)
    {
        queue.AddRateLimited("a");
        int seconds = 0;
        while (queue.Count == 0)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            seconds++;
        }

        queue.TakeAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        queue.Done("a");
        return seconds;
    }
}
