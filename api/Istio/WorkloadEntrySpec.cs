using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Istio;

/// <summary>Istio's description of a workload: spec of a WorkloadEntry, and template of a WorkloadGroup.</summary>
public sealed record WorkloadEntrySpec
{
    private static readonly string[] Modelled = ["address", "ports", "labels", "network", "locality", "weight", "serviceAccount"];

    /// <summary>IP address, host name or <c>unix://</c> path.</summary>
    public string? Address { get; init; }

    /// <summary>Port numbers by name.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, int>.Empty;

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = EmptyMap.Instance;

    /// <summary>Network; null means the mesh's default: directly reachable.</summary>
    public string? Network { get; init; }

    /// <summary>Locality, <c>region/zone/subzone</c>.</summary>
    public string? Locality { get; init; }

    /// <summary>Load-balancing weight, 0 to 4,294,967,295.</summary>
    public long? Weight { get; init; }

    /// <summary>Service account; part of the SPIFFE ID.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>Fields of the object that aren't modelled, or don't have the type they should have.</summary>
    internal JsonObject? Others { get; init; }

    internal static WorkloadEntrySpec? FromJson(JsonObject? json)
    {
        if (json is null)
        {
            return null;
        }

        WorkloadEntrySpec spec = new()
        {
            Address = json.TextOf("address"),
            Ports = PortsOf(json),
            Labels = json.TextMapOf("labels"),
            Network = json.TextOf("network"),
            Locality = json.TextOf("locality"),
            Weight = json.IntegerOf("weight"),
            ServiceAccount = json.TextOf("serviceAccount"),
        };
        return spec with { Others = Unmodelled.Select(json, Modelled, spec.ToJson()) };
    }

    internal JsonObject ToJson()
    {
        JsonObject json = new JsonObject().With("address", Address);
        if (Ports.Count != 0)
        {
            json["ports"] = new JsonObject(Ports.Select(port => KeyValuePair.Create(port.Key, (JsonNode?)JsonValue.Create(port.Value))));
        }

        json.With("labels", Labels)
            .With("network", Network)
            .With("locality", Locality)
            .With("weight", Weight)
            .With("serviceAccount", ServiceAccount);
        return Unmodelled.AddTo(json, Others);
    }

    private static Dictionary<string, int> PortsOf(JsonObject json)
    {
        Dictionary<string, int> ports = new(StringComparer.Ordinal);
        if (json["ports"] is not JsonObject map)
        {
            return ports;
        }

        foreach ((string name, JsonNode? value) in map)
        {
            if (value is not JsonValue number || number.GetValueKind() != JsonValueKind.Number || !int.TryParse(number.ToJsonString(), out int port))
            {
                return [];
            }

            ports[name] = port;
        }

        return ports;
    }
}
