using Onboarding.Api;
using Onboarding.Api.Runtime;

namespace Onboarding.Fleet.Workloads;

/// <summary>A workload that joined, as one sees it in a list.</summary>
public sealed record Member
{
    /// <summary>Name of its registration.</summary>
    public required string Name { get; init => field = ForeignText.Clean(value); }

    /// <summary>Namespace of its group.</summary>
    public required string Namespace { get; init => field = ForeignText.Clean(value); }

    /// <summary>Its WorkloadGroup; empty if the registration names none.</summary>
    public required string Group { get; init => field = ForeignText.Clean(value); }

    /// <summary>What its name has after the group's, e.g. <c>jwt-demo--laptop</c>.</summary>
    public required string Instance { get; init => field = ForeignText.Clean(value); }

    /// <summary>Platform that proved who it is, e.g. <c>jwt</c>; empty if it can't be read.</summary>
    public required string Platform { get; init => field = ForeignText.Clean(value); }

    /// <summary>Who it was proved to be, on one line.</summary>
    public required string Identity { get; init => field = ForeignText.Clean(value); }

    /// <summary>The same as JSON.</summary>
    public required string IdentityJson { get; init; }

    /// <summary>Who it is in the mesh, by its latest session; null while it had none.</summary>
    public string? SpiffeId { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>The policy that admitted it to its latest session; null while it had none.</summary>
    public string? Policy { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Address other workloads reach it at; null while it has no WorkloadEntry.</summary>
    public string? Address { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Labels of its WorkloadEntry.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = ForeignText.Clean(value); } = new Dictionary<string, string>();

    /// <summary>Where it is: one of <see cref="MemberPhase"/>.</summary>
    public required string Phase { get; init => field = ForeignText.Clean(value); }

    /// <summary>Since when it is there.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why, for programs: reason of the condition.</summary>
    public string? Reason { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Instance of the plane that holds the agent's session; null if none does.</summary>
    public string? ConnectedTo { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>When the agent was last known to be there; null if it never was.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Version of the agent.</summary>
    public string? AgentVersion { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>How the sidecar is: one of <see cref="MemberSidecar"/>; null if its agent never said.</summary>
    public string? Sidecar { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Since when it is so.</summary>
    public DateTimeOffset? SidecarSince { get; init; }

    /// <summary>Why it isn't ready, in its agent's words.</summary>
    public string? SidecarMessage { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Version of the sidecar, with its revision if it isn't the default.</summary>
    public string? SidecarVersion { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>When it registered.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Uid of its registration, so that no other of that name is hit.</summary>
    public string? Uid { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>The registration itself.</summary>
    public required WorkloadAutoRegistration Source { get; init; }
}
