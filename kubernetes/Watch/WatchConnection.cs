using System.Text.Json.Nodes;
using Onboarding.Kubernetes.Transport;

namespace Onboarding.Kubernetes.Watch;

/// <summary>One connection of a watch, which counts as dead when it is silent for too long.</summary>
internal sealed class WatchConnection : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly JsonLineReader _lines;
    private readonly CancellationTokenSource _silence;
    private readonly TimeSpan _limit;

    private WatchConnection(HttpResponseMessage response, Stream body, CancellationTokenSource silence, TimeSpan limit)
    {
        _response = response;
        _lines = new JsonLineReader(body);
        _silence = silence;
        _limit = limit;
    }

    public static async Task<WatchConnection> OpenAsync(
        IApiConnection connection, ApiRequest request, KubernetesClientOptions options, CancellationToken cancellationToken)
    {
        var silence = new CancellationTokenSource(options.WatchIdleTimeout, options.TimeProvider);
        HttpResponseMessage? response = null;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
            response = await connection.SendAsync(request, either.Token);
            Stream body = await response.Content.ReadAsStreamAsync(either.Token);
            return new WatchConnection(response, body, silence, options.WatchIdleTimeout);
        }
        catch
        {
            response?.Dispose();
            silence.Dispose();
            throw;
        }
    }

    /// <summary>The next event as JSON; null once the server has ended the watch.</summary>
    /// <exception cref="OperationCanceledException">Nothing came for too long, or the caller gave up.</exception>
    public async Task<JsonObject?> ReadAsync(CancellationToken cancellationToken)
    {
        // A half-open connection (the server's machine vanished, a firewall forgot the flow) looks like one where nothing happens.
        _silence.CancelAfter(_limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _silence.Token);
        return await _lines.ReadAsync(either.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose(); // first, for it aborts the stream: reading what is left could take for ever
        await _lines.DisposeAsync();
        _silence.Dispose();
    }
}
