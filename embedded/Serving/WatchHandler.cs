using System.Globalization;
using Onboarding.Embedded.Selectors;
using Onboarding.Embedded.Storage;
using Onboarding.Embedded.Watching;

namespace Onboarding.Embedded.Serving;

/// <summary>Answers watches: what happened since a version, then what happens, one JSON event a line.</summary>
internal sealed class WatchHandler(ObjectStore store, TimeProvider time, int capacity)
{
    private static readonly TimeSpan BookmarkEvery = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestWatch = TimeSpan.FromHours(1);

    public async Task WatchAsync(ApiRequest request)
    {
        var presenter = new Presenter(request, RepresentationReader.Read(request.Http.Request), time);
        ObjectSelector selector = ObjectSelector.Read(request);
        long? since = Since(request);
        using WatchSubscription subscription = store.Hub.Subscribe(request.Kind.Resource, capacity);
        request.Http.Response.ContentType = "application/json";
        request.Http.Response.Headers.CacheControl = "no-cache, private";
        await request.Http.Response.StartAsync(request.Aborted);

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        using ITimer timer = time.CreateTimer(_ => ends.Cancel(), null, Timeout(request), System.Threading.Timeout.InfiniteTimeSpan);
        var stream = new WatchStream(request.Http.Response, presenter, selector);
        try
        {
            long seen = await CatchUpAsync(request, stream, subscription, since);
            await FollowAsync(request, stream, subscription, seen, ends.Token);
        }
        catch (HistoryExpiredException expired)
        {
            await stream.ErrorAsync(ApiErrors.Expired(expired.Message));
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client left, or had its time; it resumes from the last version it saw.
        }
    }

    /// <summary>Sends everything up to where the subscription starts.</summary>
    /// <returns>The version up to which the client knows everything.</returns>
    private async Task<long> CatchUpAsync(ApiRequest request, WatchStream stream, WatchSubscription subscription, long? since)
    {
        if (since is { } from)
        {
            foreach (Change change in from < subscription.Start ? store.Changes(request.Kind.Resource, from, subscription.Start) : [])
            {
                await stream.SendAsync(change);
            }

            await stream.FlushAsync(request.Aborted);
            return Math.Max(from, subscription.Start);
        }

        ObjectPage page = store.List(new ListQuery(request.Kind.Resource)
        {
            Namespace = request.Namespace.Length > 0 ? request.Namespace : null,
        });
        foreach (StoredObject item in page.Items)
        {
            await stream.SendAsync(new Change(item, null), ChangeType.Added);
        }

        if (request.QueryFlag("sendInitialEvents"))
        {
            await stream.BookmarkAsync(page.Version, initialEnd: true);
        }

        await stream.FlushAsync(request.Aborted);
        return page.Version;
    }

    private async Task FollowAsync(
        ApiRequest request, WatchStream stream, WatchSubscription subscription, long seen, CancellationToken ends)
    {
        bool bookmarks = request.QueryFlag("allowWatchBookmarks");
        Task<bool> more = subscription.Changes.WaitToReadAsync(ends).AsTask();
        while (true)
        {
            long known = subscription.Seen;
            if (!await Ready(more, bookmarks, ends))
            {
                // Everything up to "known" has been read, since nothing was waiting.
                await stream.BookmarkAsync(Math.Max(seen, known), initialEnd: false);
                await stream.FlushAsync(ends);
                continue;
            }

            if (!await more)
            {
                return;
            }

            while (subscription.Changes.TryRead(out Change? change))
            {
                if (change.Version > seen)
                {
                    await stream.SendAsync(change);
                }
            }

            await stream.FlushAsync(ends);
            more = subscription.Changes.WaitToReadAsync(ends).AsTask();
        }
    }

    /// <summary>False if it is time for a bookmark before a change came.</summary>
    private async Task<bool> Ready(Task<bool> more, bool bookmarks, CancellationToken ends)
    {
        if (more.IsCompleted || !bookmarks)
        {
            return true;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ends);
        Task winner = await Task.WhenAny(more, Task.Delay(BookmarkEvery, time, timeout.Token));
        await timeout.CancelAsync();
        ends.ThrowIfCancellationRequested();
        return winner == more;
    }

    private static TimeSpan Timeout(ApiRequest request) =>
        int.TryParse(request.Query("timeoutSeconds"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : LongestWatch;

    /// <summary>The version to resume from; null to begin with what there is.</summary>
    private static long? Since(ApiRequest request)
    {
        string? text = request.Query("resourceVersion");
        if (text is null or "0" || request.QueryFlag("sendInitialEvents"))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? version
            : throw ApiErrors.BadRequest($"Invalid value for resourceVersion: \"{text}\"");
    }
}
