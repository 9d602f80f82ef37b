using System.Management.Automation;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>This machine as it joined.</summary>
public sealed class MeshRegistration
{
    internal MeshRegistration(JoinedMachine joined)
    {
        MachineStatus status = joined.Status;
        Name = status.Registration;
        Namespace = status.Namespace;
        WorkloadGroup = status.WorkloadGroup;
        Address = status.Address;
        Phase = status.Phase;
        Sidecar = status.Sidecar.Status;
        Session = status.Session;
        ProcessId = status.ProcessId;
        Elapsed = joined.Elapsed;
        SpiffeId = status.SpiffeId;
        Policy = status.Policy;
        Endpoint = status.Endpoint;
        StateDirectory = status.StateDirectory;
        BootDirectory = status.BootDirectory;
    }

    /// <summary>Name of the registration.</summary>
    public string Name { get; }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary>Name of the group.</summary>
    public string WorkloadGroup { get; }

    /// <summary>Address in the WorkloadEntry.</summary>
    public string Address { get; }

    /// <summary>Where it is on its way, when the cmdlet ended.</summary>
    public string Phase { get; }

    /// <summary>What the sidecar did then.</summary>
    public string Sidecar { get; }

    /// <summary>Who owns the session: <c>Service</c>, or <c>Process</c> for this one.</summary>
    public string Session { get; }

    /// <summary>The owner's process.</summary>
    public int ProcessId { get; }

    /// <summary>How long the join took.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>How long the join took, in words.</summary>
    [Hidden]
    public string ElapsedText => SpanText.Format(Elapsed);

    /// <summary>Who the workload is in the mesh.</summary>
    public string SpiffeId { get; }

    /// <summary>The policy that admitted it.</summary>
    public string Policy { get; }

    /// <summary>The plane.</summary>
    public string Endpoint { get; }

    /// <summary>State directory.</summary>
    public string StateDirectory { get; }

    /// <summary>Where the boot configuration is.</summary>
    public string BootDirectory { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
