using System.Net;
using Onboarding.Bench.Joins;

namespace Onboarding.Bench.Sessions;

/// <summary>A connection with one stream on which nothing is sent.</summary>
internal sealed class IdleStream : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly Silence _silence = new();
    private HttpResponseMessage? _response;

    private IdleStream(HttpMessageInvoker invoker) => _invoker = invoker;

    public static async Task<IdleStream> OpenAsync(BareKestrel server)
    {
        var stream = new IdleStream(new HttpMessageInvoker(EndpointProcess.Handler(server.Authority, from: null)));
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = stream._silence,
        };
        stream._response = await stream._invoker.SendAsync(request, CancellationToken.None);
        return stream;
    }

    public void Dispose()
    {
        _silence.End();
        _response?.Dispose();
        _invoker.Dispose();
    }

    private sealed class Silence : HttpContent
    {
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

#pragma warning disable CA2215 // the request is done with before the stream is, which needs its content
        protected override void Dispose(bool disposing)
        {
        }
#pragma warning restore CA2215
    }
}
