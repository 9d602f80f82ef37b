using Onboarding.Kubernetes;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>A running server, with our definitions applied, and an administrator's access to it.</summary>
public abstract class ConformanceServer : IAsyncDisposable
{
    private ClusterClient? _cluster;
    private RawApi? _raw;

    /// <summary>An administrator, through the KubernetesClient package as endpoint and operator go.</summary>
    public ClusterClient Cluster => _cluster!;

    public KubernetesClient Client => Cluster.Resources;

    public RawApi Raw => _raw!;

    /// <summary>How an administrator reaches it.</summary>
    public KubernetesClientConfiguration Access => Administrator;

    protected abstract KubernetesClientConfiguration Administrator { get; }

    /// <summary>A client with other settings.</summary>
    public KubernetesClient With(KubernetesClientOptions options) => new(Administrator, options);

    /// <summary>A client that is someone else.</summary>
    public ClusterClient As(string token) => new(Bearer(token));

    /// <summary>Plain HTTP as someone else.</summary>
    public RawApi RawAs(string token) => new(Bearer(token));

    public async ValueTask DisposeAsync()
    {
        _cluster?.Dispose();
        _raw?.Dispose();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    protected void Connect()
    {
        _cluster = new ClusterClient(Administrator);
        _raw = new RawApi(Administrator);
    }

    protected abstract Task StopAsync();

    private KubernetesClientConfiguration Bearer(string token) => new()
    {
        Host = Administrator.Host,
        CertificateAuthorities = Administrator.CertificateAuthorities,
        AccessToken = token,
    };
}
