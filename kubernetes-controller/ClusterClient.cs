namespace Onboarding.Kubernetes;

/// <summary>
/// What a controller talks to its cluster with: the KubernetesClient package, every request of which goes through our handler. The
/// package is told no more than the server's address, so that no path of its own (WebSockets) can show a credential to a server that
/// wasn't verified.
/// </summary>
public sealed class ClusterClient : IDisposable
{
    private readonly PackageConnection _connection;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="configuration">Which server, as whom.</param>
    /// <param name="options">How to behave.</param>
    public ClusterClient(KubernetesClientConfiguration configuration, KubernetesClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        options ??= new KubernetesClientOptions();
        _connection = new PackageConnection(configuration, options);
        Resources = new KubernetesClient(configuration, options, _connection);
    }

    /// <summary>For kinds that are followed, written or shown: records, which keep what they don't know.</summary>
    public KubernetesClient Resources { get; }

    /// <summary>The package's own operations, for what is only asked for. They throw <see cref="KubernetesException"/> as ours do.</summary>
    public k8s.IKubernetes Operations => _connection;

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
