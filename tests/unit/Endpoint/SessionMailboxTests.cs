using Onboarding.Endpoint.Sessions;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>What changes a session happens one after the other.</summary>
public sealed class SessionMailboxTests
{
    private readonly SessionMailbox _mailbox = new();

    [Fact]
    public async Task Work_is_done_in_the_order_in_which_it_came_and_never_two_at_once()
    {
        List<int> done = [];
        int atOnce = 0;

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => _mailbox.RunAsync(async () =>
        {
            Interlocked.Increment(ref atOnce).ShouldBe(1);
            await Task.Yield();
            done.Add(i);
            return Interlocked.Decrement(ref atOnce);
        })));

        done.ShouldBe(Enumerable.Range(0, 100));
    }

    [Fact]
    public async Task What_fails_is_told_to_its_caller_and_keeps_nothing_after_it_from_its_turn()
    {
        Task<bool> broken = _mailbox.RunAsync<bool>(() => throw new InvalidOperationException("broken"));
        Task<bool> cancelled = _mailbox.RunAsync<bool>(() => Task.FromCanceled<bool>(new CancellationToken(canceled: true)));

        (await _mailbox.RunAsync(() => Task.FromResult("next"))).ShouldBe("next");

        (await Should.ThrowAsync<InvalidOperationException>(broken)).Message.ShouldBe("broken");
        await Should.ThrowAsync<TaskCanceledException>(cancelled);
    }

    [Fact]
    public async Task Nothing_runs_on_the_stack_of_who_posts_it()
    {
        using var held = new ManualResetEventSlim();

        Task<bool> posted = _mailbox.RunAsync(() =>
        {
            held.Wait(TimeSpan.FromMinutes(1)).ShouldBeTrue();
            return Task.FromResult(true);
        });

        posted.IsCompleted.ShouldBeFalse("the caller goes on at once");
        held.Set();
        (await posted).ShouldBeTrue();
    }
}
