using System.Globalization;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Serving;

/// <summary>Answers watches: what happened since a version, then what happens, one JSON event a line.</summary>
internal sealed class WatchHandler(ObjectStore store, TimeProvider time, int capacity)
{
    private static readonly TimeSpan LongestWatch = TimeSpan.FromHours(1);

    public async Task WatchAsync(ResourceRequest request)
    {
        var presenter = new Presenter(request, RepresentationReader.Read(request.Http.Request), time);
        ObjectSelector selector = ObjectSelector.Read(request);
        long? since = Since(request);
        using WatchSubscription subscription = store.Hub.Subscribe(request.Kind.Resource, capacity);
        request.Http.Response.ContentType = "application/json";
        request.Http.Response.Headers.CacheControl = "no-cache, private";
        await request.Http.Response.StartAsync(request.Aborted);

        TimeSpan life = Timeout(request);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        using ITimer timer = time.CreateTimer(_ => ends.Cancel(), null, life, System.Threading.Timeout.InfiniteTimeSpan);
        // A client that doesn't read holds a write up for ever: only ending the request frees what waits for it.
        await using CancellationTokenRegistration slow = subscription.CutOff.Register(request.Http.Abort);
        BookmarkSchedule? bookmarks = request.QueryFlag("allowWatchBookmarks") ? new BookmarkSchedule(time, life) : null;
        var stream = new WatchStream(request.Http.Response, presenter, selector);
        try
        {
            long seen = await CatchUpAsync(request, stream, subscription, since);
            await FollowAsync(stream, subscription, seen, bookmarks, ends.Token);
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
    private async Task<long> CatchUpAsync(ResourceRequest request, WatchStream stream, WatchSubscription subscription, long? since)
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

    private static async Task FollowAsync(
        WatchStream stream, WatchSubscription subscription, long seen, BookmarkSchedule? bookmarks, CancellationToken ends)
    {
        Task<bool> more = subscription.WaitAsync(ends);
        while (true)
        {
            // Whatever the subscription knows of now has been read once it has nothing more to read.
            long known = subscription.Seen;
            if (bookmarks is null || await bookmarks.ComesAfterAsync(more, ends))
            {
                if (!await more)
                {
                    return;
                }

                known = subscription.Seen;
                while (subscription.TryRead(out Change? change))
                {
                    if (change.Version > seen)
                    {
                        await stream.SendAsync(change);
                    }
                }

                more = subscription.WaitAsync(ends);
            }

            if (bookmarks is { IsDue: true } && !subscription.CutOff.IsCancellationRequested)
            {
                await stream.BookmarkAsync(Math.Max(seen, known), initialEnd: false);
                bookmarks.Sent();
            }

            await stream.FlushAsync(ends);
        }
    }

    private static TimeSpan Timeout(ResourceRequest request) =>
        int.TryParse(request.Query("timeoutSeconds"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : LongestWatch;

    /// <summary>The version to resume from; null to begin with what there is.</summary>
    private static long? Since(ResourceRequest request)
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
