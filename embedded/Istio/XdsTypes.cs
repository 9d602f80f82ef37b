using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Onboarding.Embedded.Istio;

/// <summary>Types of xDS resources, and the least that is a valid answer for each: this mesh has no routes.</summary>
internal static class XdsTypes
{
    public const string Health = Prefix + "istio.v1.HealthInformation";

    private const string Prefix = "type.googleapis.com/";
    private const string NameTable = Prefix + "istio.networking.nds.v1.NameTable";
    private const string Endpoints = Prefix + "envoy.config.endpoint.v3.ClusterLoadAssignment";
    private const string Routes = Prefix + "envoy.config.route.v3.RouteConfiguration";

    /// <summary>Resources by name: an empty name table, empty endpoints and routes for each name asked for, no clusters or listeners.</summary>
    public static IEnumerable<Resource> Resources(string type, IEnumerable<string> names, string version) => type switch
    {
        NameTable => [Named("", new Any { TypeUrl = NameTable }, version)],
        Endpoints or Routes => names.Where(n => n != "*")
            .Select(n => Named(n, new Any { TypeUrl = type, Value = new NamedResource { Name = n }.ToByteString() }, version)),
        _ => [],
    };

    private static Resource Named(string name, Any resource, string version) =>
        new() { Name = name, Resource_ = resource, Version = version };
}
