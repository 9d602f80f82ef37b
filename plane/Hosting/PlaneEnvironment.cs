using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Onboarding.Kubernetes;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Events;
using Onboarding.Plane.Members;
using Onboarding.Plane.Registrations;
using Onboarding.Plane.Settings;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Plane.Hosting;

/// <summary>What a program of the plane works with: the cluster, its state, the audit log, and where logs go.</summary>
internal sealed class PlaneEnvironment : IAsyncDisposable
{
    private readonly PlaneOptions _options;
    private readonly IAuditSink _audit;
    private readonly ClusterClient _client;

    private PlaneEnvironment(PlaneOptions options, ILoggerFactory loggers, IAuditSink audit, ClusterClient client)
    {
        _options = options;
        Loggers = loggers;
        _audit = audit;
        _client = client;
        Cluster = new ClusterState(client.Resources, options.Namespace);
    }

    /// <summary>Where logs go.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>What is read of the cluster.</summary>
    public ClusterState Cluster { get; }

    /// <summary>What is counted.</summary>
    public PlaneMetrics Metrics { get; } = new();

    /// <summary>Address of the Kubernetes API.</summary>
    public string ApiAddress => _client.Resources.Server;

    /// <summary>Opens the audit log and finds the cluster; nothing is sent yet.</summary>
    /// <param name="options">How.</param>
    /// <param name="mayWrite">Whether a request of a path may write at this moment; null: all may.</param>
    /// <exception cref="StartException">One of them can't be used; the message says what to do.</exception>
    public static PlaneEnvironment Open(PlaneOptions options, Func<string, bool>? mayWrite = null)
    {
        ILoggerFactory loggers = options.LoggerFactory ?? ConsoleLoggers(options.HasJsonLog);
        var client = new ClusterClient(
            Configuration(options),
            new KubernetesClientOptions { LoggerFactory = loggers, TimeProvider = options.TimeProvider, DropManagedFields = true, MayWrite = mayWrite });
        try
        {
            return new PlaneEnvironment(options, loggers, options.SharedAudit ?? OpenAudit(options, loggers), client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>A log on standard error.</summary>
    /// <param name="hasJson">True for an object a line, which names its trace.</param>
    public static ILoggerFactory ConsoleLoggers(bool hasJson) => LoggerFactory.Create(logging =>
    {
        logging.Services.AddSingleton(TimeProvider.System);
        logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            // What can't start says so itself, with the next command; the host would add a stack trace.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId)
            .AddConsoleFormatter<PlainConsole, ConsoleFormatterOptions>()
            .AddJsonConsole(json => (json.IncludeScopes, json.UseUtcTimestamp, json.TimestampFormat) = (true, true, "O"))
            .AddConsole(console =>
            {
                console.LogToStandardErrorThreshold = LogLevel.Trace;
                console.FormatterName = hasJson ? ConsoleFormatterNames.Json : PlainConsole.FormatterName;
            });
        LogLevels.Apply(logging, Environment.GetEnvironmentVariable(LogLevels.Variable));
    });

    /// <summary>Adds what endpoint and operator share. Everything is a singleton: what differs between calls is in their arguments.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton(_options.TimeProvider);
        services.AddSingleton(_client.Resources);
        services.AddSingleton(_client.Operations);
        services.AddSingleton(Cluster);
        services.AddSingleton(Metrics);
        services.AddSingleton(_audit);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<EventWriter>();
        services.AddSingleton<PlaneConfiguration>();
        services.AddSingleton<PolicyIdentity>();
        services.AddSingleton(new AddressRules(_options.AllowLoopbackAddresses));
        services.AddSingleton<MemberView>();
        services.AddSingleton<RegistrationStore>();
        services.AddSingleton<RegistrationStatusWriter>();
        services.AddSingleton<LoopSupervisor>();
    }

    public async ValueTask DisposeAsync()
    {
        if (_options.SharedAudit is null && _audit is IAsyncDisposable audit)
        {
            await audit.DisposeAsync();
        }

        Metrics.Dispose();
        _client.Dispose();
    }

    /// <summary>Opens the audit log that options name.</summary>
    /// <exception cref="StartException">It can't be opened: a plane without the record of its decisions that was asked for doesn't start.</exception>
    public static IAuditSink OpenAudit(PlaneOptions options, ILoggerFactory loggers)
    {
        if (options.AuditLog is not { } file)
        {
            return new LogAuditSink(loggers);
        }

        try
        {
            var sink = new FileAuditSink(file, loggers.CreateLogger<FileAuditSink>(), options.AuditLogBytes, options.AuditLogFiles);
            sink.ReopenOnHangUp();
            return sink;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--audit-log {file} can't be opened: {e.Message} See who may write there with: namei -l {file}", e);
        }
    }

    private static KubernetesClientConfiguration Configuration(PlaneOptions options)
    {
        try
        {
            return options.Kubeconfig is { } file
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(file)
                : KubernetesClientConfiguration.BuildDefaultConfig();
        }
        catch (KubeConfigException e)
        {
            throw new StartException($"{e.Message} Name a kubeconfig with --kubeconfig. A plane for this machine alone: onboarding-lab", e);
        }
    }
}
