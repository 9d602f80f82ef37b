using System.Net;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Sidecar;

/// <summary>Asks a sidecar on loopback whether it is ready, and its host whether that can be believed.</summary>
internal sealed class ReadinessWatch : IDisposable
{
    /// <summary>
    /// How long what a sidecar lacks may come late: it calls itself ready as soon as it has listeners, and its certificate comes after.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan WhileStarting = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WhileReady = TimeSpan.FromSeconds(5);
    private readonly Uri? _address;
    private readonly ISidecarHost? _host;
    private readonly TrafficCapture _capture;
    private readonly Func<string> _lastWords;
    private readonly TimeProvider _time;
    private readonly HttpClient? _client;

    /// <summary>Makes one.</summary>
    /// <param name="program">The sidecar.</param>
    /// <param name="lastWords">The last of what its log says of problems; empty if there is nothing.</param>
    /// <param name="capture">What begins once it is ready: who is told that it is may send traffic.</param>
    /// <param name="time">The clock.</param>
    public ReadinessWatch(SidecarProgram program, Func<string> lastWords, TrafficCapture capture, TimeProvider time)
    {
        _capture = capture;
        _address = program.Readiness;
        _host = program.Host;
        _lastWords = lastWords;
        _time = time;
        // No proxy, whatever the environment says: this never leaves the machine.
        _client = _address is null
            ? null
            : new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(2) };
    }

    /// <summary>
    /// Tells how the sidecar is, until cancelled; one that can't be asked is ready as long as it runs. One that isn't ready yet is
    /// <see cref="SidecarState.Starting"/>; one that calls itself ready and for long lacks what it needs has
    /// <see cref="SidecarState.Failed"/>.
    /// </summary>
    public async Task WatchAsync(Action<SidecarState, string, OnboardingException?> told, CancellationToken cancellationToken)
    {
        if (_client is null)
        {
            OnboardingException? uncaptured = await _capture.BeginAsync();
            told(uncaptured is null ? SidecarState.Ready : SidecarState.Failed, uncaptured?.Describe() ?? "", uncaptured);
            return;
        }

        long since = _time.GetTimestamp();
        string problem = "";
        string? words = null;
        OnboardingException? failure = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            string? answer = await AskAsync(cancellationToken);
            OnboardingException? lack = answer is null ? await FindLackAsync(cancellationToken) : null;
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            string now = answer ?? lack?.Message ?? "";
            if (now != problem)
            {
                (since, problem, words, failure) = (_time.GetTimestamp(), now, null, null);
            }

            // Its log goes on; what is told is what it said when the patience was over.
            bool isLate = now.Length > 0 && _time.GetElapsedTime(since) >= Patience;
            words ??= isLate ? _lastWords() : null;
            if (lack is not null && isLate)
            {
                failure ??= new OnboardingException(lack.ErrorId, Said(now, words), lack.NextStep, lack);
                told(SidecarState.Failed, failure.Describe(), failure);
            }
            else
            {
                told(now.Length == 0 ? SidecarState.Ready : SidecarState.Starting, Said(now, words), null);
            }

            await Task.Delay(now.Length == 0 ? WhileReady : WhileStarting, _time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _client?.Dispose();

    private static string Said(string problem, string? words) => string.IsNullOrEmpty(words) ? problem : $"{problem.TrimEnd('.')}. Its log says: {words}";

    private async Task<OnboardingException?> FindLackAsync(CancellationToken cancellationToken) =>
        (_host is null ? null : await _host.FindProblemAsync(cancellationToken))
        ?? (cancellationToken.IsCancellationRequested ? null : await _capture.BeginAsync());

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
