using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Api.Runtime;

/// <summary>
/// Ours: binds an identity to the key of the machine that first proved it. Lives in the plane's namespace under a name made of
/// the identity, so that creating it is the atomic claim. It outlives the registration; deleting it is the operator's reset.
/// One that can't be read binds no one and lets no one in.
/// </summary>
public sealed record WorkloadKeyBinding : CustomResource<WorkloadKeyBindingSpec>, IKubernetesObject<WorkloadKeyBinding>
{
    /// <summary>Makes an empty one.</summary>
    public WorkloadKeyBinding()
    {
    }

    private WorkloadKeyBinding(JsonObject json)
        : base(json, WorkloadKeyBindingSpec.Read, keepsStored: false)
    {
    }

    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Runtime, ApiGroups.Version, "WorkloadKeyBinding", "workloadkeybindings");

    /// <inheritdoc/>
    public static WorkloadKeyBinding FromJson(JsonObject json) => new(json);

    /// <inheritdoc/>
    public JsonObject ToJson() => Write(Definition, Spec?.ToJson());
}
