using System.CommandLine;
using System.Net;
using Onboarding.Plane.Audit;

namespace Onboarding.Plane.Hosting;

/// <summary>The options that every program of the plane has, as they are on a command line.</summary>
internal sealed class PlaneCommandOptions
{
    private const string Text = "text";
    private const string Json = "json";

    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "The cluster; by default KUBECONFIG, ~/.kube/config or the pod's service account.",
        HelpName = "file",
    };

    private readonly Option<string> _namespace = new("--namespace")
    {
        Description = "Namespace of the plane.",
        DefaultValueFactory = _ => "istio-system",
    };

    private readonly Option<string?> _instance = new("--instance")
    {
        Description = "Name of this instance; by default POD_NAME or the host's name.",
        HelpName = "name",
    };

    private readonly Option<string?> _auditLog = new("--audit-log")
    {
        Description = "File that audit lines are appended to; by default they are logged.",
        HelpName = "file",
    };

    private readonly Option<int> _auditLogSize = new("--audit-log-size")
    {
        Description = "MiB at which the audit log's file is put aside as FILE.1, and the one before as FILE.2.",
        HelpName = "MiB",
        DefaultValueFactory = _ => (int)(FileAuditSink.DefaultBytes >> 20),
    };

    private readonly Option<int> _auditLogFiles = new("--audit-log-files")
    {
        Description = "How many files of the audit log are kept besides the one that is written; older ones are deleted.",
        HelpName = "count",
        DefaultValueFactory = _ => FileAuditSink.DefaultKept,
    };

    private readonly Option<bool> _stopWithInput = new("--stop-with-input")
    {
        Description = "Stop when standard input ends: for a child that must not outlive its parent.",
    };

    private readonly Option<int?> _managementPort = PortOption.CreateOptional("--management-port", "Port of /metrics, /healthz and /readyz, plain HTTP");

    private readonly Option<string?> _managementListen = new("--management-listen")
    {
        Description = "Address it is served on; by default 127.0.0.1.",
        HelpName = "address",
    };

    private readonly Option<string> _logFormat = new("--log-format")
    {
        Description = "How log lines on standard error look; json has the ids of the trace that a line is about.",
        DefaultValueFactory = _ => Text,
    };

    private readonly bool _hasCluster;

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="hasCluster">False for a program that brings its own cluster.</param>
    public PlaneCommandOptions(Command command, bool hasCluster = true)
    {
        _hasCluster = hasCluster;
        if (hasCluster)
        {
            command.Options.Add(_kubeconfig);
        }

        command.Options.Add(_namespace);
        command.Options.Add(_instance);
        command.Options.Add(_auditLog);
        command.Options.Add(_auditLogSize);
        command.Options.Add(_auditLogFiles);
        AtLeastOne(_auditLogSize);
        AtLeastOne(_auditLogFiles);
        command.Options.Add(_managementPort);
        command.Options.Add(_managementListen);
        _managementListen.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && !IPAddress.TryParse(value, out _))
            {
                result.AddError($"--management-listen: '{value}' isn't an IP address; use 0.0.0.0 for all");
            }
        });
        command.Options.Add(_logFormat.AcceptOnlyFromAmong(Text, Json));
        command.Options.Add(_stopWithInput);
    }

    /// <summary>Takes what was given.</summary>
    public T Read<T>(ParseResult parsed, T options)
        where T : PlaneOptions => (T)(options with
        {
            Kubeconfig = _hasCluster ? parsed.GetValue(_kubeconfig) : null,
            Namespace = parsed.GetValue(_namespace)!,
            Instance = parsed.GetValue(_instance) ?? Environment.GetEnvironmentVariable("POD_NAME") ?? Environment.MachineName.ToLowerInvariant(),
            AuditLog = parsed.GetValue(_auditLog),
            AuditLogBytes = (long)parsed.GetValue(_auditLogSize) << 20,
            AuditLogFiles = parsed.GetValue(_auditLogFiles),
            ManagementPort = parsed.GetValue(_managementPort),
            ManagementListen = parsed.GetValue(_managementListen) is { } address ? IPAddress.Parse(address) : IPAddress.Loopback,
            HasJsonLog = parsed.GetValue(_logFormat) == Json,
            StopWithInput = parsed.GetValue(_stopWithInput),
        });

    private static void AtLeastOne(Option<int> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is < 1 or > 1_000_000)
        {
            result.AddError($"{option.Name} must be at least 1.");
        }
    });
}
