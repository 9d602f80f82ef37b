using Onboarding.Client.Logging;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Fleet.Contexts;

/// <summary>A cluster, opened for the run of one cmdlet.</summary>
public sealed class FleetSession : IDisposable
{
    private readonly DelegateLoggerFactory _log;

    private FleetSession(ClusterContext context, KubernetesClient kubernetes, DelegateLoggerFactory log)
    {
        Context = context;
        Kubernetes = kubernetes;
        _log = log;
    }

    /// <summary>Which cluster, which namespace.</summary>
    public ClusterContext Context { get; }

    /// <summary>The client.</summary>
    public KubernetesClient Kubernetes { get; }

    /// <summary>The namespace of the call.</summary>
    public string Namespace => Context.Namespace;

    /// <summary>Opens it; nothing is sent yet.</summary>
    /// <param name="context">Which.</param>
    /// <param name="timeout">How long one request may take.</param>
    /// <param name="log">Takes the client's log lines.</param>
    public static FleetSession Open(ClusterContext context, TimeSpan timeout, Action<LogSeverity, string> log)
    {
        ArgumentNullException.ThrowIfNull(context);
        var factory = new DelegateLoggerFactory(log);
        var options = new KubernetesClientOptions
        {
            LoggerFactory = factory,
            // Also the field manager of what the cmdlets write.
            UserAgent = $"{FieldManager}/0.1",
            RequestTimeout = timeout,
            // Someone waits at a prompt: two attempts more, not five.
            MaxRetries = 2,
        };
        return new FleetSession(context, new KubernetesClient(context.Configure(), options), factory);
    }

    /// <summary>The field manager of what the cmdlets write.</summary>
    public const string FieldManager = "onboarding-powershell";

    /// <summary>An object and the context, as <c>-WhatIf</c> and messages name them.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="name">Name.</param>
    public string Describe(string ns, string name) => $"{ns}/{name} (context {Context.Name})";

    /// <summary>Whether there is such a namespace; null where one may not ask.</summary>
    /// <param name="ns">Its name.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<bool?> HasNamespaceAsync(string ns, CancellationToken cancellationToken)
    {
        try
        {
            return await Kubernetes.TryGetAsync<V1Namespace>(null, ns, cancellationToken) is not null;
        }
        catch (KubernetesException)
        {
            // A hint that can't be had is none: what was asked for has been answered.
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kubernetes.Dispose();
        _log.Dispose();
    }
}
