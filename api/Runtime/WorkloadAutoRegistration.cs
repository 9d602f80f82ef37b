using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>
/// A workload that joined (reference section 2.4). The plane makes it in the group's namespace, owned by the WorkloadGroup;
/// deleting it makes the workload join again. One whose spec can't be read is nobody's.
/// </summary>
public sealed record WorkloadAutoRegistration : CustomResource<WorkloadAutoRegistrationSpec>, IKubernetesObject<WorkloadAutoRegistration>
{
    /// <summary>Makes an empty one.</summary>
    public WorkloadAutoRegistration()
    {
    }

    private WorkloadAutoRegistration(JsonObject json)
        : base(json, WorkloadAutoRegistrationSpec.Read)
    {
    }

    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Runtime, ApiGroups.Version, "WorkloadAutoRegistration", "workloadautoregistrations");

    /// <summary>Short name of the kind for kubectl.</summary>
    public const string ShortName = "war";

    /// <summary>How it is doing.</summary>
    public WorkloadAutoRegistrationStatus? Status { get; init; }

    /// <inheritdoc/>
    public static WorkloadAutoRegistration FromJson(JsonObject json) =>
        new(json) { Status = WorkloadAutoRegistrationStatus.FromJson(json["status"] as JsonObject) };

    /// <inheritdoc/>
    public JsonObject ToJson() => Write(Definition, Spec?.ToJson()).With("status", Status?.ToJson());
}
