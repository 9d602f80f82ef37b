using System.Net;
using Onboarding.Plane.Audit;

namespace Onboarding.Plane.Hosting;

/// <summary>How a program of the plane is started: what endpoint and operator have in common.</summary>
public abstract record PlaneOptions
{
    /// <summary>The kubeconfig to use; null for the usual places.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Namespace of the plane: OnboardingPlane, key bindings, token keys, leases, Istio's configuration.</summary>
    public string Namespace { get; init; } = "istio-system";

    /// <summary>Name of this instance, unique among the replicas of its program.</summary>
    public string Instance { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>File that audit lines are appended to, by this process alone; null writes them to the log.</summary>
    public string? AuditLog { get; init; }

    /// <summary>Size in bytes at which the audit log's file is put aside.</summary>
    public long AuditLogBytes { get; init; } = FileAuditSink.DefaultBytes;

    /// <summary>How many files of the audit log are kept besides the one that is written.</summary>
    public int AuditLogFiles { get; init; } = FileAuditSink.DefaultKept;

    /// <summary>Accept loopback addresses for WorkloadEntries: where everything is on one machine.</summary>
    public bool AllowLoopbackAddresses { get; init; }

    /// <summary>Port of <c>/metrics</c>, plain HTTP; 0 for any, null for none.</summary>
    public int? ManagementPort { get; init; }

    /// <summary>Address that it is served on.</summary>
    public IPAddress ManagementListen { get; init; } = IPAddress.Loopback;

    /// <summary>Stop when standard input ends: what a shell started must not outlive the shell, however that ends.</summary>
    public bool StopWithInput { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>True: a log on stderr has an object of JSON a line, with the ids of the trace that it is about.</summary>
    public bool HasJsonLog { get; init; }

    /// <summary>Where logs go; null for stderr.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Where audit lines go instead: a sink that other programs in this process write to, too, and whose owner disposes of it.</summary>
    internal IAuditSink? SharedAudit { get; init; }
}
