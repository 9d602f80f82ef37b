using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>
/// Ours: the machine's identity in the mesh for other programs on it, on a Unix socket. Nothing is served, and no certificate requested,
/// unless told so.
/// </summary>
public sealed record MeshIdentitySettings
{
    /// <summary>Serves the SPIFFE Workload API (X.509-SVIDs and bundles).</summary>
    public bool WorkloadApi { get; init; }

    /// <summary>Serves Envoy's secret discovery service: secrets <c>default</c> and <c>ROOTCA</c>.</summary>
    public bool Sds { get; init; }

    /// <summary>The socket, e.g. <c>unix:///run/onboarding-agent/identity.sock</c>; null: <c>identity.sock</c> beside the control socket.</summary>
    public string? Socket { get; init; }

    /// <summary>Who is let in; by default no one.</summary>
    public IReadOnlyList<MeshIdentityCaller> Callers { get; init; } = [];

    /// <summary>True if anything is served.</summary>
    public bool IsServed => WorkloadApi || Sds;

    internal static MeshIdentitySettings Read(MapReader reader)
    {
        MeshIdentitySettings settings = new()
        {
            WorkloadApi = reader.Flag("workloadApi"),
            Sds = reader.Flag("sds"),
            Socket = reader.Text("socket", SourceRules.UnixSocket),
            Callers = reader.Messages("callers", MeshIdentityCaller.Read),
        };
        if (settings.IsServed && settings.Callers.Count == 0)
        {
            reader.Warn("callers", "names no one: every call is refused");
        }

        return settings;
    }

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .WithFlag("workloadApi", WorkloadApi)
            .WithFlag("sds", Sds)
            .With("socket", Socket)
            .With("callers", Callers, caller => caller.ToJson());
        return json.Count == 0 ? null : json;
    }
}
