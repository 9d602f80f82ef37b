using Onboarding.Kubernetes;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>A running server, with our definitions applied, and an administrator's access to it.</summary>
public abstract class ConformanceServer : IAsyncDisposable
{
    private KubernetesClient? _client;
    private RawApi? _raw;

    public KubernetesClient Client => _client!;

    public RawApi Raw => _raw!;

    /// <summary>How an administrator reaches it.</summary>
    public KubernetesClientConfiguration Access => Administrator;

    protected abstract KubernetesClientConfiguration Administrator { get; }

    /// <summary>A client with other settings.</summary>
    public KubernetesClient With(KubernetesClientOptions options) => new(Administrator, options);

    /// <summary>A client that is somebody else.</summary>
    public KubernetesClient As(string token) => new(Bearer(token));

    /// <summary>Plain HTTP as somebody else.</summary>
    public RawApi RawAs(string token) => new(Bearer(token));

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _raw?.Dispose();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    protected void Connect()
    {
        _client = new KubernetesClient(Administrator);
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
