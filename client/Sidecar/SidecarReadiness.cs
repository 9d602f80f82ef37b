using System.Net;

namespace Onboarding.Client.Sidecar;

/// <summary>Asks a sidecar on loopback whether it is ready.</summary>
internal sealed class SidecarReadiness : IDisposable
{
    private static readonly TimeSpan WhileStarting = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WhileReady = TimeSpan.FromSeconds(5);
    private readonly Uri? _address;
    private readonly TimeProvider _time;
    private readonly HttpClient? _client;

    public SidecarReadiness(Uri? address, TimeProvider time)
    {
        _address = address;
        _time = time;
        // No proxy, whatever the environment says: this never leaves the machine.
        _client = address is null
            ? null
            : new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(2) };
    }

    /// <summary>Tells what the sidecar says until cancelled; one that can't be asked is ready as long as it runs.</summary>
    public async Task WatchAsync(Action<bool, string> told, CancellationToken cancellationToken)
    {
        if (_client is null)
        {
            told(true, "");
            return;
        }

        while (!cancellationToken.IsCancellationRequested)
        {
            string? problem = await AskAsync(cancellationToken);
            if (!cancellationToken.IsCancellationRequested)
            {
                told(problem is null, problem ?? "");
            }

            await Task.Delay(problem is null ? WhileReady : WhileStarting, _time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _client?.Dispose();

    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer =
                await _client!.GetAsync(_address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK ? null : $"{_address} answered {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return $"{_address} didn't answer";
        }
    }
}
