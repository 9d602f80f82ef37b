using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Fleet.Workloads;

namespace Onboarding.Cmdlets;

/// <summary>Who a workload was proved to be. <c>-Identity</c> of every cmdlet takes it.</summary>
public sealed class MeshIdentity
{
    private readonly string _text;

    private MeshIdentity(JsonObject identity)
    {
        _text = IdentityText.Format(identity);
        Json = identity.ToJsonString();
        Platform = identity.FirstOrDefault().Key ?? "";
        Facts = new FlatTable(IdentityText.PartsOf(identity).DistinctBy(p => p.Key));
    }

    /// <summary>Platform that proved it, as policies call it: <c>aws</c>, <c>jwt</c>…</summary>
    public string Platform { get; }

    /// <summary>What was proved: issuer and subject of a token, account and instance of a cloud…</summary>
    public FlatTable Facts { get; }

    /// <summary>The same as JSON, as it is stored.</summary>
    public string Json { get; }

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>Reads one; null for none, and for what isn't one.</summary>
    internal static MeshIdentity? Parse(string? json)
    {
        try
        {
            return json is not null && JsonNode.Parse(json) is JsonObject { Count: > 0 } identity ? new MeshIdentity(identity) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
