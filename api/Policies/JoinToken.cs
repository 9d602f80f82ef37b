using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Api.Policies;

/// <summary>
/// Ours: lets the holder of a secret prove once that an operator meant it to join one WorkloadGroup of the same namespace. Holds
/// the secret's hash only. Admits no one by itself: an OnboardingPolicy has to name it. Deleting it ends what it let in.
/// One that can't be read is good for nothing.
/// </summary>
public sealed record JoinToken : CustomResource<JoinTokenSpec>, IKubernetesObject<JoinToken>
{
    /// <summary>Makes an empty one.</summary>
    public JoinToken()
    {
    }

    private JoinToken(JsonObject json)
        : base(json, JoinTokenSpec.Read)
    {
    }

    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new(ApiGroups.Authorization, ApiGroups.Version, "JoinToken", "jointokens");

    /// <inheritdoc/>
    public static JoinToken FromJson(JsonObject json) => new(json);

    /// <inheritdoc/>
    public JsonObject ToJson() => Write(Definition, Spec?.ToJson());
}
