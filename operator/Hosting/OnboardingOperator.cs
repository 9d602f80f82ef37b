using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Kubernetes.Models;
using Onboarding.Operator.Install;
using Onboarding.Operator.Loops;
using Onboarding.Operator.Members;
using Onboarding.Operator.Planes;
using Onboarding.Operator.Policies;
using Onboarding.Operator.Revocation;
using Onboarding.Operator.Roles;
using Onboarding.Operator.Rollouts;
using Onboarding.Operator.Upkeep;
using Onboarding.Plane.Hosting;
using Onboarding.Plane.Management;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Operator.Hosting;

/// <summary>A running operator. Started from the command line, or in process by tests and by the laptop plane.</summary>
public sealed class OnboardingOperator : IAsyncDisposable
{
    private const string Program = "onboarding-operator";

    private readonly PlaneEnvironment _environment;
    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _stopping = new();
    private ManagementServer? _health;
    private ManagementServer? _management;
    private TelemetryExport? _telemetry;
    private Task _running = Task.CompletedTask;
    private int _disposed;

    private OnboardingOperator(PlaneEnvironment environment, ServiceProvider services)
    {
        _environment = environment;
        _services = services;
    }

    /// <summary>Port of <c>/healthz</c> and <c>/readyz</c>; null if there is none.</summary>
    public int? HealthPort => _health?.Port;

    /// <summary>Port of <c>/metrics</c>; null if there is none.</summary>
    public int? ManagementPort => _management?.Port;

    /// <summary>Complete once everything has been read that it works on.</summary>
    public Task Ready => _environment.Cluster.HasSynced;

    /// <summary>True while this process leads: of several operators one works, the others wait.</summary>
    public bool IsLeader => _services.GetRequiredService<LeaderElection>().IsLeader;

    /// <summary>Its parts, for tests and benchmarks of single ones.</summary>
    internal IServiceProvider Services => _services;

    /// <summary>Starts an operator: it takes part in the election when this returns.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="StartException">It can't start; the message says what to do.</exception>
    public static async Task<OnboardingOperator> StartAsync(OperatorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var fence = new LeadershipFence(options.Namespace);
        PlaneEnvironment environment = PlaneEnvironment.Open(options, fence.MayWrite);
        var started = new OnboardingOperator(environment, Build(options, environment, fence));
        try
        {
            if (options.HealthPort is { } port)
            {
                started._health = await ManagementServer.StartAsync(
                    new ManagementOptions(Program, new IPEndPoint(options.HealthListen, port), "--health-port"),
                    () => started.NotReadyBecause,
                    null,
                    environment.Loggers,
                    cancellationToken);
            }

            await started.StartTelemetryAsync(options, cancellationToken);

            started._running = started._services.GetRequiredService<LeaderElection>().RunAsync(started._stopping.Token);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops: what it is doing ends, then the leadership is given back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _running;
        await (_health?.DisposeAsync() ?? default);
        await (_management?.DisposeAsync() ?? default);
        _telemetry?.Dispose();
        await _services.DisposeAsync();
        await _environment.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task StartTelemetryAsync(OperatorOptions options, CancellationToken cancellationToken)
    {
        PlaneMetrics metrics = _environment.Metrics;
        metrics.Gauge(MetricNames.Ready, "1 while the operator has read what it works on.", () => NotReadyBecause is null ? 1 : 0);
        metrics.Gauge(MetricNames.Leader, "1 while this operator leads.", () => IsLeader ? 1 : 0);
        _environment.Cluster.PolicySnapshot.Compiled += metrics.Compiled;
        _telemetry = TelemetryExport.Start(Program, options.Instance, metrics, isScraped: options.ManagementPort is not null);
        if (options.ManagementPort is { } port)
        {
            _management = await ManagementServer.StartAsync(
                new ManagementOptions(Program, new IPEndPoint(options.ManagementListen, port), "--management-port"),
                () => NotReadyBecause,
                _telemetry,
                _environment.Loggers,
                cancellationToken);
        }
    }

    private string? NotReadyBecause =>
        _stopping.IsCancellationRequested ? "stopping"
        : !_environment.Cluster.IsSynced ? "the cluster's state hasn't been read yet"
        : null;

    // Images have the version of the program that is in them.
    private static string Version =>
        (typeof(OnboardingOperator).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    private static ServiceProvider Build(OperatorOptions options, PlaneEnvironment environment, LeadershipFence fence)
    {
        var services = new ServiceCollection();
        services.AddSingleton(environment.Loggers);
        services.AddLogging();
        environment.AddTo(services);
        services.AddSingleton(options);
        services.AddSingleton(fence);
        services.AddSingleton(environment.Cluster.Follow<V1Lease>(options.Namespace));
        services.AddSingleton<RevocationReports>();
        services.AddSingleton(new InstallSettings(options.EndpointImage, Version));
        services.AddSingleton<PlaneConditions>();
        services.AddSingleton<ObjectWriter>();
        services.AddSingleton<RoleReview>();
        services.AddSingleton<Reconciler, EndpointInstaller>();
        services.AddSingleton<Reconciler, LostAgents>();
        services.AddSingleton<Reconciler, UnregisteredMembers>();
        services.AddSingleton<Reconciler, RevokedMembers>();
        services.AddSingleton<Reconciler, PolicyStatusWriter>();
        services.AddSingleton<Reconciler, RolloutController>();
        services.AddSingleton<Reconciler, TokenKeyRotation>();
        services.AddSingleton<Reconciler, ExpiredBindings>();
        services.AddSingleton<Reconciler, ExpiredCredentialUses>();
        services.AddSingleton<Reconciler, AbandonedLeases>();
        services.AddSingleton<LeaderElection>();
        return services.BuildServiceProvider();
    }
}
