using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>
/// Ours: remembers that a one-use credential (a join token, a GCP or Azure token) was used, and by which key. Lives in the
/// plane's namespace under a name made of the credential's hash, so that creating it is the atomic claim. It is removed once the
/// credential has expired.
/// </summary>
public sealed record CredentialUse : IKubernetesObject<CredentialUse>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new(ApiGroups.Runtime, ApiGroups.Version, "CredentialUse", "credentialuses");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>The use; null if the stored object can't be read, which then lets nobody in.</summary>
    public CredentialUseSpec? Spec { get; init; }

    /// <summary>What is wrong with the stored spec.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    internal JsonNode? SpecAsStored { get; init; }

    /// <inheritdoc/>
    public static CredentialUse FromJson(JsonObject json)
    {
        SpecReading<CredentialUseSpec> reading = SpecReading.Read(json, CredentialUseSpec.Read);
        return new CredentialUse
        {
            Metadata = ObjectMetaJson.Read(json),
            Spec = reading.Spec,
            Problems = reading.Problems,
            SpecAsStored = json["spec"]?.DeepClone(),
        };
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => Definition.Start()
        .With("metadata", ObjectMetaJson.Write(Metadata))
        .With("spec", Spec?.ToJson() ?? SpecAsStored?.DeepClone());
}
