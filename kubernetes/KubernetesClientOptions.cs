using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Onboarding.Kubernetes;

/// <summary>How a <see cref="KubernetesClient"/> behaves towards any server.</summary>
public sealed record KubernetesClientOptions
{
    /// <summary>The clock of every wait and time limit.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where to log. No credential and no object's content is ever logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Who the server is told is asking; also the default field manager (the part before the slash).</summary>
    public string UserAgent { get; init; } = "onboarding/0.1";

    /// <summary>Time one attempt may take, from sending to the end of the answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is sent again at most, where that is safe; 0 for never.</summary>
    public int MaxRetries { get; init; } = 5;

    /// <summary>
    /// Silence after which a watch's connection counts as dead. Servers send a bookmark about every minute, so silence for
    /// longer is a half-open connection.
    /// </summary>
    public TimeSpan WatchIdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time after which the server is asked to end a watch's connection, so that load moves; up to half more is added at random.</summary>
    public TimeSpan WatchDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Objects asked for at once when a whole list is fetched.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>
    /// True to leave out of what the server sends which field each writer owns: a program that keeps thousands of objects needs room for what it
    /// reads of them. The server keeps what a replaced object leaves out.
    /// </summary>
    public bool DropManagedFields { get; init; }

    /// <summary>
    /// Asked for the path of each request that may write, before it is sent; false: it fails with reason <c>NotLeading</c>. Null: all are sent.
    /// </summary>
    public Func<string, bool>? MayWrite { get; init; }

    /// <summary>Source of jitter.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>An object as it is read from.</summary>
    internal JsonObject Trim(JsonObject json)
    {
        if (DropManagedFields)
        {
            (json["metadata"] as JsonObject)?.Remove("managedFields");
        }

        return json;
    }
}
