using System.Globalization;
using System.Text.Json;
using Onboarding.Client.Credentials.Aws;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Notices;

/// <summary>
/// EC2: interruption of a spot instance (two minutes ahead), scale-in and standby of an Auto Scaling group, scheduled events (days ahead).
/// AWS says to look every five seconds.
/// </summary>
/// <param name="environment">Where the metadata service is.</param>
/// <param name="time">The clock.</param>
internal sealed class Ec2NoticeSource(PlatformEnvironment environment, TimeProvider time) : INoticeSource
{
    private const string Spot = "latest/meta-data/spot/instance-action";
    private const string LifecycleState = "latest/meta-data/autoscaling/target-lifecycle-state";
    private const string Scheduled = "latest/meta-data/events/maintenance/scheduled";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    // Detached, an instance is of no group and runs on.
    private static readonly string[] Serving = ["InService", "Detached"];
    private bool _looked;

    public async Task<DepartureNotice?> NextAsync(CancellationToken cancellationToken)
    {
        if (_looked)
        {
            await Task.Delay(BetweenLooks, time, cancellationToken);
        }

        _looked = true;
        // A session's token is asked for with each look: one of before an instance hibernated is good no more.
        using var metadata = new Ec2Metadata(environment.Ec2Metadata, environment.MetadataPatience);
        return ReadSpot(await metadata.TryGetAsync(Spot, cancellationToken))
            ?? ReadLifecycle(await metadata.TryGetAsync(LifecycleState, cancellationToken))
            ?? ReadScheduled(await metadata.TryGetAsync(Scheduled, cancellationToken));
    }

    // AWS waits for a lifecycle hook of the group's, if there is one, and for no instance.
    public Task AcknowledgeAsync(DepartureNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    private static DepartureNotice? ReadSpot(string? text) =>
        NoticeJson.Parse(text) is { ValueKind: JsonValueKind.Object } spot && NoticeJson.Text(spot, "action") is { } action
            ? new DepartureNotice("spot", $"EC2 interrupts this spot instance ({action})", NoticeJson.Time(NoticeJson.Text(spot, "time")))
            : null;

    private static DepartureNotice? ReadLifecycle(string? text) =>
        text?.Trim() is { Length: > 0 and <= 40 } state && !Serving.Contains(state)
            ? new DepartureNotice("lifecycle", $"the Auto Scaling group takes this instance out ({NoticeJson.Clean(state)})", null)
            : null;

    // The first of those that are to come.
    private static DepartureNotice? ReadScheduled(string? text) => NoticeJson.Parse(text) is { ValueKind: JsonValueKind.Array } events
        ? events.EnumerateArray()
            .Where(e => e.ValueKind == JsonValueKind.Object && NoticeJson.Text(e, "State") is null or "active")
            .Select(e => new DepartureNotice(
                NoticeJson.Text(e, "EventId") ?? "event",
                $"EC2 has scheduled {NoticeJson.Text(e, "Code") ?? "an event"} for this instance",
                DateTimeOffset.TryParse(NoticeJson.Text(e, "NotBefore"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset start) ? start : null))
            // An event without a time that can be read is no reason to leave now.
            .Where(e => e.Deadline is not null)
            .MinBy(e => e.Deadline)
        : null;
}
