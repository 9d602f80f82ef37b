using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Serving;

/// <summary>Answers GET of objects and collections.</summary>
internal sealed class ReadHandler(ObjectStore store, ObjectService objects, TimeProvider time)
{
    public Task GetAsync(ResourceRequest request)
    {
        var presenter = new Presenter(request, RepresentationReader.Read(request.Http.Request), time);
        JsonObject value = objects.Get(request.Kind, request.Namespace, request.Name);
        return Answer.JsonAsync(request.Http, presenter.One(value));
    }

    public Task ListAsync(ResourceRequest request)
    {
        var presenter = new Presenter(request, RepresentationReader.Read(request.Http.Request), time);
        ObjectPage page = Page(request);
        var metadata = new JsonObject { ["resourceVersion"] = page.Version.ToString(CultureInfo.InvariantCulture) };
        if (page.Last is not null)
        {
            metadata["continue"] = ContinueToken.After(page).ToString();
            if (page.Remaining is { } remaining)
            {
                metadata["remainingItemCount"] = remaining;
            }
        }

        return presenter.IsAsStored
            ? Answer.BytesAsync(request.Http, presenter.ManyAsStored(page.Items, metadata))
            : Answer.JsonAsync(request.Http, presenter.Many(page.Items.Select(i => i.ToJson()), metadata));
    }

    private ObjectPage Page(ResourceRequest request)
    {
        ContinueToken? next = request.Query("continue") is { } text ? ContinueToken.Parse(text) : null;
        ObjectSelector selector = ObjectSelector.Read(request);
        long? at = next?.Version ?? Version(request);
        try
        {
            return store.List(new ListQuery(request.Kind.Resource)
            {
                Namespace = request.Namespace.Length > 0 ? request.Namespace : null,
                Name = selector.Name,
                At = at,
                After = next is null ? null : new ObjectKey(request.Kind.Resource, next.Namespace, next.Name),
                Limit = Limit(request),
                Filter = selector.IsAll ? null : selector.Matches,
            });
        }
        catch (HistoryExpiredException)
        {
            throw ApiErrors.Expired(next is null
                ? "The resourceVersion for the provided list is too old."
                : "The provided continue parameter is too old to display a consistent list result. You can start a new list without the " +
                  "continue parameter.");
        }
    }

    /// <summary>The snapshot asked for; null for the present, which is newer than any version a client can demand as a minimum.</summary>
    private long? Version(ResourceRequest request)
    {
        string? match = request.Query("resourceVersionMatch");
        if (request.Query("resourceVersion") is not { } text || text == "0")
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long version))
        {
            throw ApiErrors.BadRequest($"Invalid value for resourceVersion: \"{text}\"");
        }

        if (version > store.Version)
        {
            throw new ApiException(504, "Timeout", $"Too large resource version: {version}, current: {store.Version}");
        }

        return match == "Exact" ? version : null;
    }

    private static int Limit(ResourceRequest request) =>
        request.Query("limit") is not { } text ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit
        : throw ApiErrors.BadRequest($"Invalid value for limit: \"{text}\"");
}
