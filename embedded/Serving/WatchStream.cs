using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Serving;

/// <summary>Writes the events of a watch.</summary>
internal sealed class WatchStream(HttpResponse response, Presenter presenter, ObjectSelector selector)
{
    private const int MostUnsent = 16 * 1024;

    private int _unsent;

    /// <summary>Sends a change as the selector sees it: an object that comes to match was added, one that no longer does is gone.</summary>
    public ValueTask SendAsync(Change change)
    {
        bool now = change.Type != ChangeType.Deleted && selector.Matches(change.Object);
        bool before = change.Type != ChangeType.Added && change.Previous is { } previous && selector.Matches(previous);
        return (before, now) switch
        {
            (true, true) => SendAsync(change, ChangeType.Modified),
            (false, true) => SendAsync(change, ChangeType.Added),
            (true, false) => SendAsync(change, ChangeType.Deleted),
            _ => ValueTask.CompletedTask,
        };
    }

    public ValueTask SendAsync(Change change, ChangeType type)
    {
        if (!selector.Matches(change.Object) && type == ChangeType.Added)
        {
            return ValueTask.CompletedTask;
        }

        string name = type switch { ChangeType.Added => "ADDED", ChangeType.Modified => "MODIFIED", _ => "DELETED" };
        return presenter.IsAsStored
            ? WriteAsync(name, change.Object.Json)
            : WriteAsync(name, presenter.One(change.Object.ToJson()));
    }

    public ValueTask BookmarkAsync(long version, bool initialEnd) => WriteAsync("BOOKMARK", presenter.Bookmark(version, initialEnd));

    public async Task ErrorAsync(ApiException error)
    {
        await WriteAsync("ERROR", error.ToStatus());
        await FlushAsync(CancellationToken.None);
    }

    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        _unsent = 0;
        await response.BodyWriter.FlushAsync(cancellation);
    }

    private ValueTask WriteAsync(string type, JsonObject value) => WriteAsync(type, JsonText.Bytes(value));

    private ValueTask WriteAsync(string type, byte[] value)
    {
        PipeWriter body = response.BodyWriter;
        body.Write("{\"type\":\""u8);
        body.Write(Encoding.ASCII.GetBytes(type));
        body.Write("\",\"object\":"u8);
        body.Write(value);
        body.Write("}\n"u8);
        _unsent += value.Length;
        // A piece at a time, so that a client that doesn't read holds this up, and nothing gathers here for it.
        return _unsent < MostUnsent ? ValueTask.CompletedTask : FlushAsync(CancellationToken.None);
    }
}
