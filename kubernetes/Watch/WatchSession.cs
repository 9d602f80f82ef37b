using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes.Transport;

namespace Onboarding.Kubernetes.Watch;

/// <summary>
/// A watch over as many connections as it takes. Each event moves the resource version on before it is handed out, and every
/// connection starts after the last one, so that nothing is lost or reported twice over a broken connection. Ours, because the
/// package's watch ends with its connection.
/// </summary>
internal sealed partial class WatchSession<T>(IApiConnection server, KubernetesClientOptions options, ILogger logger, ApiRequest request, string resourceVersion)
    : IAsyncDisposable
    where T : class, IKubernetesObject<T>
{
    private readonly WatchBackoff _backoff = new(options);
    private string _resourceVersion = resourceVersion;
    private WatchConnection? _connection;

    /// <summary>Called with true when a connection is up and with false when it broke; not for the regular end of one, which another follows.</summary>
    public Action<bool>? ConnectionChanged { get; init; }

    /// <summary>What is known already of an object, by namespace, name and version; null if nothing is.</summary>
    public Func<string?, string, string, T?>? Known { get; init; }

    /// <summary>The next event. Waits as long as it takes; broken connections are replaced.</summary>
    /// <exception cref="KubernetesException">
    /// The server refuses for a reason that trying again doesn't cure; above all 410, when it has forgotten where the watch stood.
    /// </exception>
    public async Task<WatchEvent<T>> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                _connection ??= await ConnectAsync(cancellationToken);
                if (await _connection.ReadAsync(cancellationToken) is { } json)
                {
                    WatchEvent<T> next = Interpret(json);
                    _resourceVersion = next.ResourceVersion;
                    _backoff.Succeeded();
                    return next;
                }

                LogEnded(logger, request.Path, _resourceVersion);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && IsTransient(e))
            {
                LogBroken(logger, request.Path, _resourceVersion, Describe(e));
                await DisconnectAsync();
                ConnectionChanged?.Invoke(false);
                await _backoff.WaitAsync((e as KubernetesException)?.RetryAfter, cancellationToken);
                continue;
            }

            await DisconnectAsync();
            await _backoff.WaitAsync(null, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => DisconnectAsync();

    private async Task<WatchConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        double seconds = options.WatchDuration.TotalSeconds * (1 + (options.Random.NextDouble() / 2));
        var query = new List<KeyValuePair<string, string>>(request.Query)
        {
            new("watch", "true"),
            new("allowWatchBookmarks", "true"),
            new("resourceVersion", _resourceVersion),
            new("timeoutSeconds", ((long)Math.Ceiling(seconds)).ToString(CultureInfo.InvariantCulture)),
        };
        WatchConnection connection = await WatchConnection.OpenAsync(server, request with { Query = query }, options, cancellationToken);
        ConnectionChanged?.Invoke(true);
        return connection;
    }

    private async ValueTask DisconnectAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    private WatchEvent<T> Interpret(JsonObject json)
    {
        JsonObject value = json.Object("object") ?? throw new JsonException("an event has no object");
        WatchEventType type = json.Text("type") switch
        {
            "ADDED" => WatchEventType.Added,
            "MODIFIED" => WatchEventType.Modified,
            "DELETED" => WatchEventType.Deleted,
            "BOOKMARK" => WatchEventType.Bookmark,
            "ERROR" => throw new KubernetesException(V1Status.FromJson(value), request.Operation),
            _ => throw new JsonException("an event has an unknown type"),
        };
        string? version = value.Object("metadata")?.Text("resourceVersion");
        if (string.IsNullOrEmpty(version))
        {
            throw new JsonException("an event has no resourceVersion");
        }

        if (type == WatchEventType.Bookmark)
        {
            return new WatchEvent<T>(type, version, null);
        }

        if (type != WatchEventType.Deleted && FindKnown(value.Object("metadata")!, version) is { } known)
        {
            return new WatchEvent<T>(type, version, known);
        }

        json.Remove("object"); // detaches it
        return new WatchEvent<T>(type, version, T.FromJson(options.Trim(value)));
    }

    // Name and version alone could be another object's: one of that name on a server that began its counting again.
    private T? FindKnown(JsonObject metadata, string version) =>
        Known?.Invoke(metadata.Text("namespace"), metadata.Text("name") ?? "", version) is { } known && known.Metadata.Uid == metadata.Text("uid")
            ? known
            : null;

    // A wrong credential or a missing permission is for the caller to report; what a restart or a better line cures isn't.
    private static bool IsTransient(Exception e) => e switch
    {
        KubernetesException k => k.Status.Code is 0 or 429 or >= 500,
        _ => e is IOException or HttpRequestException or JsonException or OperationCanceledException,
    };

    // A parser's message quotes what it stumbled over, which may be the content of a Secret.
    private static string Describe(Exception e) => e switch
    {
        JsonException => "an event isn't whole or isn't valid",
        OperationCanceledException => "nothing was heard for too long",
        _ => e.Message,
    };

    [LoggerMessage(2010, LogLevel.Debug, "Watch of {Path} ended at {ResourceVersion}, as watches do; it goes on.")]
    private static partial void LogEnded(ILogger logger, string path, string resourceVersion);

    [LoggerMessage(2011, LogLevel.Information, "Watch of {Path} broke at {ResourceVersion}: {Reason}. It is resumed.")]
    private static partial void LogBroken(ILogger logger, string path, string resourceVersion, string reason);
}
