using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Api.Runtime;

/// <summary>
/// Ours: remembers that a one-use credential (a join token, a GCP or Azure token) was used, and by which key. Lives in the
/// plane's namespace under a name made of the credential's hash, so that creating it is the atomic claim. It is removed once the
/// credential has expired. One that can't be read lets no one in.
/// </summary>
public sealed record CredentialUse : CustomResource<CredentialUseSpec>, IKubernetesObject<CredentialUse>
{
    /// <summary>Makes an empty one.</summary>
    public CredentialUse()
    {
    }

    private CredentialUse(JsonObject json)
        : base(json, CredentialUseSpec.Read)
    {
    }

    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new(ApiGroups.Runtime, ApiGroups.Version, "CredentialUse", "credentialuses");

    /// <inheritdoc/>
    public static CredentialUse FromJson(JsonObject json) => new(json);

    /// <inheritdoc/>
    public JsonObject ToJson() => Write(Definition, Spec?.ToJson());
}
