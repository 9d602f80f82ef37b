using System.CommandLine;

namespace Onboarding.Plane.Hosting;

/// <summary>The options that every program of the plane has, as they are on a command line.</summary>
internal sealed class PlaneCommandOptions
{
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

    private readonly Option<bool> _stopWithInput = new("--stop-with-input")
    {
        Description = "Stop when standard input ends: for a child that must not outlive its parent.",
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
            StopWithInput = parsed.GetValue(_stopWithInput),
        });
}
