using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>Ours: identifies one boot configuration of a registration.</summary>
/// <param name="Generation">Only rises.</param>
/// <param name="CoreHash">SHA-256, hex, over cluster.env, mesh.yaml and root-cert.pem; a change restarts the sidecar.</param>
/// <param name="LiveHash">SHA-256, hex, over hosts and the token's identity; a change applies without a restart.</param>
public sealed record BootConfigurationRevision(long Generation, string CoreHash, string LiveHash)
{
    internal static BootConfigurationRevision? FromJson(JsonObject? json) => json is null
        ? null
        : new BootConfigurationRevision(json.IntegerOf("generation") ?? 0, json.TextOf("coreHash") ?? "", json.TextOf("liveHash") ?? "");

    internal JsonObject ToJson() => new JsonObject()
        .With("generation", (long?)Generation)
        .With("coreHash", CoreHash)
        .With("liveHash", LiveHash);
}
