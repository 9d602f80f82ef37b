using Grpc.Core;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

public class DeadlineTests
{
    private readonly FakeTimeProvider _serverClock = new();
    private readonly FakeTimeProvider _clientClock = new();

    private CallOptions InTenSeconds => new(deadline: _clientClock.GetUtcNow().AddSeconds(10).UtcDateTime);

    public static TheoryData<string> Kinds => ["unary", "server", "client", "duplex"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_server_that_never_answers_does_not_hold_the_client(string kind)
    {
        var reached = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Waiting(reached, cancelled));

        Task call = Start(server.Client(o => o.TimeProvider = _clientClock), kind);
        await reached.Task;
        _clientClock.Advance(TimeSpan.FromSeconds(11));

        (await Should.ThrowAsync<RpcException>(call)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await cancelled.Task.WaitAsync(Eventually.Patience);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_server_ends_the_call_by_its_own_clock(string kind)
    {
        var reached = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Waiting(reached, cancelled), time: _serverClock);

        Task call = Start(server.Client(o => o.TimeProvider = _clientClock), kind);
        await reached.Task;
        _serverClock.Advance(TimeSpan.FromSeconds(11));

        (await Should.ThrowAsync<RpcException>(call)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await cancelled.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task The_server_answers_for_a_method_that_ignores_its_token()
    {
        var reached = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods
            {
                Unary = async (request, _) =>
                {
                    reached.SetResult();
                    await release.Task;
                    return request;
                },
            },
            time: _serverClock);

        Task call = Start(server.Client(o => o.TimeProvider = _clientClock), "unary");
        await reached.Task;
        _serverClock.Advance(TimeSpan.FromSeconds(11));

        (await Should.ThrowAsync<RpcException>(call)).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        release.SetResult();
    }

    [Fact]
    public async Task The_method_sees_the_deadline()
    {
        DateTime seen = default;
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods
            {
                Unary = (request, context) =>
                {
                    seen = context.Deadline;
                    return Task.FromResult(request);
                },
            },
            time: _serverClock);

        await server.Client(o => o.TimeProvider = _clientClock).Unary([], InTenSeconds);
        seen.ShouldBe(_serverClock.GetUtcNow().AddSeconds(10).UtcDateTime);

        await server.Client(o => o.TimeProvider = _clientClock).Unary([]);
        seen.ShouldBe(DateTime.MaxValue);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_ends_the_call_before_it_is_sent()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods { Unary = (_, _) => throw new InvalidOperationException("must not be called") });
        var options = new CallOptions(deadline: _clientClock.GetUtcNow().AddSeconds(-1).UtcDateTime);

        RpcException error = await Should.ThrowAsync<RpcException>(
            async () => await server.Client(o => o.TimeProvider = _clientClock).Unary([], options));

        error.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Theory]
    [InlineData(100 * 365)]
    [InlineData(60)]
    public async Task A_deadline_may_be_far_away(int days)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        var options = new CallOptions(deadline: DateTime.UtcNow.AddDays(days));

        (await server.Client().Unary([1], options)).ShouldBe([1]);
    }

    private static TestMethods Waiting(TaskCompletionSource reached, TaskCompletionSource cancelled)
    {
        async Task<byte[]> Wait(ServerCallContext context)
        {
            context.CancellationToken.Register(() => cancelled.TrySetResult());
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return [];
        }

        return new TestMethods
        {
            Unary = (_, context) => Wait(context),
            Server = (_, _, context) => Wait(context),
            Client = (_, context) => Wait(context),
            Duplex = (_, _, context) => Wait(context),
        };
    }

    private async Task Start(TestClient client, string kind)
    {
        switch (kind)
        {
            case "unary":
                await client.Unary([], InTenSeconds);
                break;
            case "server":
                await client.Server([1], InTenSeconds).ResponseStream.MoveNext();
                break;
            case "client":
                await client.Client(InTenSeconds);
                break;
            default:
                await client.Duplex(InTenSeconds).ResponseStream.MoveNext();
                break;
        }
    }
}
