using System.Net;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Notices;

/// <summary>
/// Compute Engine: preemption (30 s ahead) and maintenance that ends the instance (60 s ahead). The server answers when a value changes; a
/// live migration is none of this machine's clients' business.
/// </summary>
internal sealed class GcpNoticeSource : INoticeSource, IDisposable
{
    private static readonly TimeSpan UntilPreempted = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UntilMaintenance = TimeSpan.FromSeconds(60);
    private readonly TimeProvider _time;
    private readonly Value _preempted;
    private readonly Value _maintenance;
    private Task? _preemptedNext;
    private Task? _maintenanceNext;

    /// <summary>Makes one.</summary>
    /// <param name="environment">Where the metadata server is.</param>
    /// <param name="time">The clock.</param>
    public GcpNoticeSource(PlatformEnvironment environment, TimeProvider time)
    {
        _time = time;
        _preempted = new Value(environment, "preempted", time);
        _maintenance = new Value(environment, "maintenance-event", time);
    }

    public async Task<DepartureNotice?> NextAsync(CancellationToken cancellationToken)
    {
        _preemptedNext ??= _preempted.NextAsync(cancellationToken);
        _maintenanceNext ??= _maintenance.NextAsync(cancellationToken);
        Task changed = await Task.WhenAny(_preemptedNext, _maintenanceNext);
        if (changed == _preemptedNext)
        {
            _preemptedNext = null;
        }
        else
        {
            _maintenanceNext = null;
        }

        await changed;
        return (_preempted.Text, _maintenance.Text) switch
        {
            ("TRUE", _) => new DepartureNotice("preempted", "Compute Engine preempts this instance", _preempted.Since + UntilPreempted),
            (_, "TERMINATE_ON_HOST_MAINTENANCE") => new DepartureNotice("maintenance", "Compute Engine ends this instance for maintenance", _maintenance.Since + UntilMaintenance),
            _ => null,
        };
    }

    public Task AcknowledgeAsync(DepartureNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _preempted.Dispose();
        _maintenance.Dispose();
    }

    /// <summary>A value that the server tells of when it changes.</summary>
    private sealed class Value(PlatformEnvironment environment, string name, TimeProvider time) : IDisposable
    {
        private const string Flavor = "Metadata-Flavor";
        private const int LongestWaitSeconds = 60;
        private readonly MetadataClient _client = new(
            "Compute Engine's metadata server",
            $"curl -sH 'Metadata-Flavor: Google' {environment.GcpMetadata}computeMetadata/v1/instance/{name}",
            TimeSpan.FromSeconds(LongestWaitSeconds + 15));

        private string? _etag;

        public string Text { get; private set; } = "";

        public DateTimeOffset Since { get; private set; }

        public async Task NextAsync(CancellationToken cancellationToken)
        {
            string wait = _etag is null ? "" : $"?wait_for_change=true&timeout_sec={LongestWaitSeconds}&last_etag={Uri.EscapeDataString(_etag)}";
            using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(environment.GcpMetadata, $"computeMetadata/v1/instance/{name}{wait}"));
            question.Headers.Add(Flavor, "Google");
            using HttpResponseMessage answer = await _client.SendAsync(question, cancellationToken);
            string? etag = answer.Headers.TryGetValues("ETag", out IEnumerable<string>? etags) ? etags.FirstOrDefault() : null;
            bool isGoogle = answer.Headers.TryGetValues(Flavor, out IEnumerable<string>? values) && values.Contains("Google");
            if (answer.StatusCode != HttpStatusCode.OK || !isGoogle || etag is null)
            {
                // Without a tag the server would answer at once, again and again.
                _etag = null;
                throw _client.Refused(question, $"what answered ({(int)answer.StatusCode}) isn't it", $"curl -siH 'Metadata-Flavor: Google' {environment.GcpMetadata}");
            }

            string text = (await answer.Content.ReadAsStringAsync(cancellationToken)).Trim();
            if (text != Text)
            {
                (Text, Since) = (text, time.GetUtcNow());
            }

            _etag = etag;
        }

        public void Dispose() => _client.Dispose();
    }
}
