using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>
/// A workload that joined (docs/reference/names.md). The plane makes it in the group's namespace, owned by the WorkloadGroup;
/// deleting it makes the workload join again. One whose spec can't be read is no one's.
/// </summary>
public sealed record WorkloadAutoRegistration : CustomResource<WorkloadAutoRegistrationSpec>, IKubernetesObject<WorkloadAutoRegistration>
{
    /// <summary>Makes an empty one.</summary>
    public WorkloadAutoRegistration()
    {
    }

    private WorkloadAutoRegistration(JsonObject json)
        : base(json, WorkloadAutoRegistrationSpec.Read, keepsStored: false)
    {
    }

    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Runtime, ApiGroups.Version, "WorkloadAutoRegistration", "workloadautoregistrations");

    /// <summary>Short name of the kind for kubectl.</summary>
    public const string ShortName = "war";

    /// <summary>The condition that is True while a session with its agent is established.</summary>
    public const string AgentConnected = "AgentConnected";

    /// <summary>The condition that says whether its sidecar is ready.</summary>
    public const string SidecarReady = "SidecarReady";

    /// <summary>Name of the WorkloadGroup that owns it, in its own namespace; null if none does.</summary>
    public string? GroupName => Metadata.OwnerReferences.FirstOrDefault(o => o.Kind == WorkloadGroup.Definition.Kind)?.Name;

    /// <summary>What its name has after its group's, e.g. <c>jwt-demo--laptop</c>; the whole name if it doesn't start with it.</summary>
    public string InstanceName =>
        GroupName is { } group && Metadata.Name.StartsWith($"{group}-", StringComparison.Ordinal) ? Metadata.Name[(group.Length + 1)..] : Metadata.Name;

    /// <summary>True while a session with its agent is established.</summary>
    public bool IsConnected => Status?.Conditions.Any(c => c is { Type: AgentConnected, Status: "True" }) ?? false;

    /// <summary>How it is doing.</summary>
    public WorkloadAutoRegistrationStatus? Status { get; init; }

    /// <inheritdoc/>
    public static WorkloadAutoRegistration FromJson(JsonObject json) =>
        new(json) { Status = WorkloadAutoRegistrationStatus.FromJson(json["status"] as JsonObject) };

    /// <inheritdoc/>
    public JsonObject ToJson() => Write(Definition, Spec?.ToJson()).With("status", Status?.ToJson());
}
