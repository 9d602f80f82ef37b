using Onboarding.Endpoint.Hosting;
using Onboarding.Lab.Certificates;
using Onboarding.Operator.Hosting;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Hosting;

namespace Onboarding.Lab.Hosting;

/// <summary>
/// A whole plane in one process: control plane, istiod, endpoint and operator. Endpoint and operator are the ones that run in a cluster, and
/// reach this control plane as they reach any.
/// </summary>
public sealed class OnboardingLab : IAsyncDisposable
{
    // In reverse order they are stopped.
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly LabAuthority _authority;
    private readonly bool _makesCertificate;

    private OnboardingLab(LabOptions options)
    {
        _authority = new LabAuthority(options.DataDirectory, options.Endpoint.TimeProvider);
        _makesCertificate = options.Endpoint is { TlsCertificate: null, TlsKey: null };
    }

    /// <summary>Kubeconfig of the control plane.</summary>
    public string KubeconfigPath { get; private set; } = null!;

    /// <summary>PEM file with the authority of the endpoint's certificate; null if the endpoint was given a certificate.</summary>
    public string? CertificateAuthorityPath => _makesCertificate ? _authority.CertificateFile : null;

    /// <summary>The endpoint.</summary>
    public EndpointServer Endpoint { get; private set; } = null!;

    /// <summary>The operator.</summary>
    public OnboardingOperator Operator { get; private set; } = null!;

    /// <summary>Starts everything: it listens when this returns, and answers calls once the endpoint is ready.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="StartException">Something can't start; the message says what to do.</exception>
    public static async Task<OnboardingLab> StartAsync(LabOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options with { DataDirectory = Path.GetFullPath(options.DataDirectory) };
        var lab = new OnboardingLab(options);
        try
        {
            await lab.StartPartsAsync(options, cancellationToken);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops everything, the endpoint's sessions first and the control plane last.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out IAsyncDisposable? part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartPartsAsync(LabOptions options, CancellationToken cancellationToken)
    {
        ILoggerFactory loggers = options.Endpoint.LoggerFactory ?? PlaneEnvironment.ConsoleLoggers(options.Endpoint.HasJsonLog);
        LabCluster cluster = await LabCluster.StartAsync(options, loggers, cancellationToken);
        _parts.Push(cluster);
        KubeconfigPath = cluster.KubeconfigPath;

        // One file, one writer: two that append to it would write over each other.
        IAuditSink audit = PlaneEnvironment.OpenAudit(options.Endpoint, loggers);
        if (audit is IAsyncDisposable file)
        {
            _parts.Push(file);
        }

        EndpointOptions endpoint = options.Endpoint with
        {
            Kubeconfig = cluster.KubeconfigPath,
            AllowLoopbackAddresses = true,
            LoggerFactory = loggers,
            SharedAudit = audit,
            MakeCertificate = _authority.Issue,
        };
        Operator = await OnboardingOperator.StartAsync(
            new OperatorOptions
            {
                Kubeconfig = endpoint.Kubeconfig,
                Namespace = endpoint.Namespace,
                Instance = endpoint.Instance,
                AllowLoopbackAddresses = true,
                TimeProvider = endpoint.TimeProvider,
                LoggerFactory = loggers,
                SharedAudit = audit,
                HealthPort = null,
            },
            cancellationToken);
        _parts.Push(Operator);
        Endpoint = await EndpointServer.StartAsync(endpoint, cancellationToken);
        _parts.Push(Endpoint);
    }
}
