using Grpc.Core;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Suite;

/// <summary>A wait goes on while time can heal what is wrong, and ends at once when it can't.</summary>
public sealed class EventuallyTests
{
    public static TheoryData<Exception> Lasting =>
    [
        new ArgumentNullException("x"),
        new NotSupportedException(),
        new InvalidCastException(),
        new ObjectDisposedException("client"),
        new MissingMethodException(),
        new RpcException(new Status(StatusCode.Unimplemented, "")),
        new AggregateException(new InvalidCastException()),
    ];

    public static TheoryData<Exception> Passing =>
    [
        new IOException(),
        new HttpRequestException(),
        new InvalidOperationException(),
        new ArgumentOutOfRangeException("index"),
        new RpcException(new Status(StatusCode.Unavailable, "")),
    ];

    [Theory]
    [MemberData(nameof(Lasting))]
    public async Task What_time_can_not_heal_ends_the_wait_at_once(Exception fault)
    {
        int tries = 0;

        (await Should.ThrowAsync<Exception>(() => Eventually.Is(() => ++tries == 2 ? true : throw fault, "it heals"))).ShouldBe(fault);

        tries.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_time_can_heal_is_tried_again(Exception fault)
    {
        int tries = 0;

        await Eventually.Is(() => ++tries == 2 ? true : throw fault, "it heals");

        tries.ShouldBe(2);
    }
}
