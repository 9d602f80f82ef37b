using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Onboarding.Kubernetes.Transport;

namespace Onboarding.Kubernetes;

/// <summary>
/// A client of the Kubernetes API. Every call is generic over the kind, which brings its own static metadata. Reads are
/// repeated on failures of connection and server; writes only where nothing can have been carried out, or where carrying them
/// out twice is the same as once. A conflict is never retried here. Every method throws <see cref="KubernetesException"/> for
/// what the server refuses and for a server that can't be reached.
/// </summary>
public sealed partial class KubernetesClient : IDisposable
{
    private readonly IApiConnection _connection;
    private readonly ILogger _logger;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="configuration">Which server, as whom.</param>
    /// <param name="options">How to behave.</param>
    public KubernetesClient(KubernetesClientConfiguration configuration, KubernetesClientOptions? options = null)
        : this(configuration, options ?? new KubernetesClientOptions(), null)
    {
    }

    internal KubernetesClient(KubernetesClientConfiguration configuration, KubernetesClientOptions options, IApiConnection? connection)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Options = options;
        Namespace = configuration.Namespace;
        Server = configuration.Host;
        _logger = Options.LoggerFactory.CreateLogger<KubernetesClient>();
        _connection = connection ?? new DirectConnection(configuration, options);
    }

    /// <summary>Namespace of the configuration's context; null if it names none.</summary>
    public string? Namespace { get; }

    /// <summary>The server's address.</summary>
    public string Server { get; }

    internal KubernetesClientOptions Options { get; }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private async Task<JsonObject> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            using HttpResponseMessage response = await _connection.SendAsync(request, cancellationToken);
            LogAnswer(_logger, request.Operation, (int)response.StatusCode, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return JsonNode.Parse(body)!.AsObject(); // the handler has looked at it
        }
        catch (KubernetesException e)
        {
            LogRefusal(_logger, request.Operation, e.Reason, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            throw;
        }
    }

    // Never the query, a header or a body: one of them may hold a token.
    [LoggerMessage(2002, LogLevel.Debug, "{Operation}: {Status} in {Milliseconds} ms")]
    private static partial void LogAnswer(ILogger logger, string operation, int status, long milliseconds);

    [LoggerMessage(2003, LogLevel.Debug, "{Operation}: {Reason} after {Milliseconds} ms")]
    private static partial void LogRefusal(ILogger logger, string operation, string reason, long milliseconds);
}
