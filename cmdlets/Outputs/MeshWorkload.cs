using System.Management.Automation;
using Onboarding.Fleet.Workloads;

namespace Onboarding.Cmdlets;

/// <summary>A workload that joined a mesh.</summary>
public sealed class MeshWorkload
{
    internal MeshWorkload(Member member)
    {
        Member = member;
        Labels = new FlatTable(member.Labels);
        Identity = MeshIdentity.Parse(member.IdentityJson);
    }

    /// <summary>Namespace of its group.</summary>
    public string Namespace => Member.Namespace;

    /// <summary>Name of its registration and its WorkloadEntry.</summary>
    public string Name => Member.Name;

    /// <summary>Its WorkloadGroup.</summary>
    public string WorkloadGroup => Member.Group;

    /// <summary>What its name has after the group's: platform and instance.</summary>
    public string Instance => Member.Instance;

    /// <summary>Platform that proved who it is, as policies call it: <c>aws</c>, <c>jwt</c>…</summary>
    public string Platform => Member.Platform;

    /// <summary>Who it was proved to be; null if it can't be read. <c>-Identity</c> takes it.</summary>
    public MeshIdentity? Identity { get; }

    /// <summary>Who it is in the mesh, by its latest session; null while it had none.</summary>
    public string? SpiffeId => Member.SpiffeId;

    /// <summary>The policy that admitted it to its latest session; null while it had none.</summary>
    public string? Policy => Member.Policy;

    /// <summary>Address other workloads reach it at.</summary>
    public string? Address => Member.Address;

    /// <summary>Labels of its WorkloadEntry.</summary>
    public FlatTable Labels { get; }

    /// <summary><c>Registered</c>, <c>Connected</c> or <c>Lost</c>; under <c>-Watch</c> also <c>Gone</c>.</summary>
    public string Phase => Member.Phase;

    /// <summary>Since when it is in this phase.</summary>
    public DateTimeOffset? Since => Member.Since;

    /// <summary>Why it is in this phase, for programs.</summary>
    public string? Reason => Member.Reason;

    /// <summary>Instance of the plane that holds its agent's session.</summary>
    public string? ConnectedTo => Member.ConnectedTo;

    /// <summary>When its agent was last known to be there.</summary>
    public DateTimeOffset? LastSeen => Member.LastSeen;

    /// <summary>Version of its agent.</summary>
    public string? AgentVersion => Member.AgentVersion;

    /// <summary>How its sidecar is, as its agent says: <c>Ready</c>, <c>Starting</c>, <c>Stopped</c>, <c>Failed</c>; <c>Unknown</c> if the agent is gone.</summary>
    public string? Sidecar => Member.Sidecar;

    /// <summary>Why its sidecar isn't ready.</summary>
    public string? SidecarMessage => Member.SidecarMessage;

    /// <summary>Version of its sidecar.</summary>
    public string? SidecarVersion => Member.SidecarVersion;

    /// <summary>When it registered.</summary>
    public DateTimeOffset? Created => Member.Created;

    /// <summary>For how long it has been registered, as a column has it; for formats, which must work without calling methods.</summary>
    [Hidden]
    public string AgeText => SpanText.Age(TimeProvider.System.GetUtcNow() - Created);

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";

    internal Member Member { get; }
}
