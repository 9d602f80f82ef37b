using System.Management.Automation;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>A sidecar of this machine.</summary>
public sealed class MeshSidecar
{
    internal MeshSidecar(MachineSidecar sidecar)
    {
        Name = sidecar.Name;
        Status = sidecar.Status;
        Kind = sidecar.Kind;
        Id = sidecar.ProcessId;
        Revision = sidecar.Revision;
        Ready = sidecar.IsReady;
        StartedAt = sidecar.StartedAt;
        CertificateExpiresAt = sidecar.CertificateExpiresAt;
        Message = sidecar.Message;
        LogFiles = new FlatList<string>(sidecar.LogFiles);
        StateDirectory = sidecar.StateDirectory;
    }

    /// <summary>The workload group.</summary>
    public string Name { get; }

    /// <summary><c>Stopped</c>, <c>Starting</c>, <c>Running</c> or <c>Failed</c>.</summary>
    public string Status { get; }

    /// <summary><c>Istio</c>; <c>Probe</c> where mesh-sidecar-probe replaces it; <c>Command</c> for another program.</summary>
    public string Kind { get; }

    /// <summary>Its process; null if it doesn't run.</summary>
    public int? Id { get; }

    /// <summary>Control-plane revision.</summary>
    public string Revision { get; }

    /// <summary>True if it answers its readiness check.</summary>
    public bool Ready { get; }

    /// <summary>When it started.</summary>
    public DateTimeOffset? StartedAt { get; }

    /// <summary>When its certificate expires, if it tells.</summary>
    public DateTimeOffset? CertificateExpiresAt { get; }

    /// <summary>How long it has run.</summary>
    public TimeSpan? Uptime => TimeProvider.System.GetUtcNow() - StartedAt;

    /// <summary>How long its certificate is still good.</summary>
    public TimeSpan? CertExpires => CertificateExpiresAt - TimeProvider.System.GetUtcNow();

    /// <summary>How long it has run, in words.</summary>
    [Hidden]
    public string UptimeText => SpanText.Format(Uptime);

    /// <summary>How long its certificate is still good, in words.</summary>
    [Hidden]
    public string CertExpiresText => SpanText.Format(CertExpires);

    /// <summary>Why it isn't ready.</summary>
    public string Message { get; }

    /// <summary>The files that its output goes to: <c>Get-Content (Get-MeshSidecar).LogFiles -Tail 50</c>.</summary>
    public FlatList<string> LogFiles { get; }

    /// <summary>State directory of its workload.</summary>
    public string StateDirectory { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
