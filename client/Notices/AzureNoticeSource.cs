using System.Net;
using System.Text;
using System.Text.Json;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Notices;

/// <summary>
/// Azure's scheduled events: eviction of a spot machine (30 s ahead at least), reboot, redeployment, termination. A freeze of some seconds is
/// none. Azure goes on as soon as one of an event's machines says so: that is said only for an event of this machine alone.
/// </summary>
/// <param name="environment">Where the metadata service is.</param>
/// <param name="time">The clock.</param>
internal sealed class AzureNoticeSource(PlatformEnvironment environment, TimeProvider time) : INoticeSource, IDisposable
{
    private const string Events = "metadata/scheduledevents?api-version=2020-07-01";
    private const string Name = "metadata/instance/compute/name?api-version=2021-02-01&format=text";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly string[] Leaving = ["Reboot", "Redeploy", "Preempt", "Terminate"];

    // The first look switches events on for the machine, which takes up to two minutes.
    private readonly MetadataClient _client = new(
        "Azure's metadata service", $"curl -s --noproxy '*' -H Metadata:true '{environment.AzureMetadata}{Events}'", environment.MetadataPatience ?? TimeSpan.FromSeconds(130));

    private string? _name;
    private bool _looked;

    public async Task<DepartureNotice?> NextAsync(CancellationToken cancellationToken)
    {
        if (_looked)
        {
            await Task.Delay(BetweenLooks, time, cancellationToken);
        }

        _looked = true;
        using HttpRequestMessage whoAmI = Question(HttpMethod.Get, Name);
        _name ??= (await _client.AskAsync(whoAmI, cancellationToken)).Trim();
        using HttpRequestMessage question = Question(HttpMethod.Get, Events);
        JsonElement? answer = NoticeJson.Parse(await _client.AskAsync(question, cancellationToken));
        return answer is { ValueKind: JsonValueKind.Object } document && document.TryGetProperty("Events", out JsonElement events) && events.ValueKind == JsonValueKind.Array
            ? events.EnumerateArray().Select(Read).OfType<DepartureNotice>().MinBy(e => e.Deadline ?? DateTimeOffset.MinValue)
            : null;
    }

    public async Task AcknowledgeAsync(DepartureNotice notice, CancellationToken cancellationToken)
    {
        if (!notice.IsAcknowledged)
        {
            return;
        }

        using HttpRequestMessage request = Question(HttpMethod.Post, Events);
        request.Content = new StringContent($$"""{"StartRequests": [{"EventId": "{{JsonEncodedText.Encode(notice.Id)}}"}]}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _client.SendAsync(request, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw _client.Refused(request, $"it answered {(int)answer.StatusCode} to the start of an event", $"curl -s --noproxy '*' -H Metadata:true '{environment.AzureMetadata}{Events}'");
        }
    }

    public void Dispose() => _client.Dispose();

    private DepartureNotice? Read(JsonElement happens)
    {
        if (NoticeJson.Text(happens, "EventType") is not { } type || !Leaving.Contains(type)
            || !happens.TryGetProperty("Resources", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        string?[] resources = [.. list.EnumerateArray().Select(r => r.ValueKind == JsonValueKind.String ? r.GetString() : null)];
        // Empty once it has started; then it is at once.
        return resources.Contains(_name, StringComparer.OrdinalIgnoreCase)
            ? new DepartureNotice(NoticeJson.Text(happens, "EventId") ?? "", $"Azure has scheduled {type} for this machine", NoticeJson.Time(NoticeJson.Text(happens, "NotBefore")))
            {
                IsAcknowledged = resources.Length == 1,
            }
            : null;
    }

    private HttpRequestMessage Question(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(environment.AzureMetadata, path));
        request.Headers.Add("Metadata", "true");
        return request;
    }
}
