using System.Net;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

/// <summary>A call whose request doesn't come isn't open for ever.</summary>
public sealed class RequestTimeoutTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("/test.v1.Test/Unary", 0)]
    [InlineData("/test.v1.Test/Unary", 3)]
    [InlineData("/test.v1.Test/Server", 3)]
    public async Task A_request_that_does_not_come_ends_the_call(string path, int sent)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods(), o => o.RequestTimeout = TimeSpan.FromSeconds(30), _time);
        using var never = new NeverWhole(sent);

        Task<RawAnswer> call = RawClient.SendAsync(server, [], request => request.Content = never, path);
        await Eventually.Is(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                return call.IsCompleted;
            },
            "the end of the call");

        RawAnswer answer = await call;
        answer.Headers["grpc-status"].ShouldBe("4");
        answer.Headers["grpc-message"].ShouldContain("within 30 s");
    }

    [Fact]
    public async Task A_method_may_take_longer_than_its_request()
    {
        var reached = new TaskCompletionSource();
        var answer = new TaskCompletionSource<byte[]>();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods
            {
                Unary = (_, _) =>
                {
                    reached.SetResult();
                    return answer.Task;
                },
            },
            o => o.RequestTimeout = TimeSpan.FromSeconds(30),
            _time);

        Task<RawAnswer> call = RawClient.SendAsync(server, RawClient.Frame([1]));
        await reached.Task.WaitAsync(Eventually.Patience);
        _time.Advance(TimeSpan.FromMinutes(5));
        answer.SetResult([2]);

        (await call).Headers["grpc-status"].ShouldBe("0");
    }

    /// <summary>The beginning of a message, and never its end.</summary>
    private sealed class NeverWhole : HttpContent
    {
        private readonly int _sent;
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public NeverWhole(int sent)
        {
            _sent = sent;
            Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[_sent]);
            await stream.FlushAsync();
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _end.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
