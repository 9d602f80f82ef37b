using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Requests;

namespace Onboarding.Embedded.Seeding;

/// <summary>What a cluster with Istio has from its first minute.</summary>
internal sealed partial class Seeds(ObjectService objects)
{
    private const string System = "istio-system";

    private static readonly WriteContext Writer = new("v1", "onboarding-embedded");

    /// <summary>Creates what is missing; what is there stays as users made it.</summary>
    /// <param name="istiodPort">Port of the istiod stand-in, which the mesh configuration names.</param>
    public async Task PlantAsync(int istiodPort)
    {
        foreach (string name in (string[])["default", "kube-system", System])
        {
            await CreateAsync(CoreKinds.Namespace, "", name, []);
        }

        foreach ((Kind kind, string name, JsonObject value) in RbacSeeds.All())
        {
            await CreateAsync(kind, "", name, value);
        }

        if (!await CreateAsync(CoreKinds.ConfigMap, System, "istio", Data("mesh", MeshConfig(istiodPort))))
        {
            await objects.UpdateAsync(CoreKinds.ConfigMap, System, "istio", map => WithPort(map, istiodPort), Writer);
        }

        await CreateAsync(
            CoreKinds.ConfigMap, System, "istio-sidecar-injector",
            Data("values", """{"global":{"multiCluster":{"clusterName":"Kubernetes"}}}"""));
        await CreateAsync(CoreKinds.Secret, System, "onboarding-token-keys", new JsonObject { ["type"] = "Opaque" });
        await CreateGatewayAsync();
    }

    private static string MeshConfig(int istiodPort)
    {
        string address = string.Create(CultureInfo.InvariantCulture, $"istiod.{System}.svc:{istiodPort}");
        return $"""
            defaultConfig:
              discoveryAddress: {address}
              proxyMetadata:
                CA_ADDR: {address}
            trustDomain: cluster.local

            """;
    }

    /// <summary>The mesh configuration with another port for our istiod; whatever else users made of it stays.</summary>
    private static JsonObject WithPort(JsonObject map, int port)
    {
        if (map.Text("data", "mesh") is { } mesh)
        {
            string address = string.Create(CultureInfo.InvariantCulture, $"istiod.{System}.svc:{port}");
            map["data"]!["mesh"] = IstiodAddress().Replace(mesh, address);
        }

        return map;
    }

    [GeneratedRegex(@"\bistiod\.istio-system\.svc:[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex IstiodAddress();

    private static JsonObject Data(string key, string text) => new() { ["data"] = new JsonObject { [key] = text } };

    private async Task CreateGatewayAsync()
    {
        var ports = new JsonArray(
            new JsonObject { ["name"] = "tls-istiod", ["port"] = 15012 },
            new JsonObject { ["name"] = "tls", ["port"] = 15443 });
        var spec = new JsonObject { ["type"] = "LoadBalancer", ["ports"] = ports };
        bool created = await CreateAsync(CoreKinds.Service, System, "istio-eastwestgateway", new JsonObject { ["spec"] = spec });
        if (!created)
        {
            return;
        }

        await objects.UpdateAsync(
            CoreKinds.Service, System, "istio-eastwestgateway",
            service =>
            {
                service["status"] = new JsonObject
                {
                    ["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject { ["ip"] = "127.0.0.1" }) },
                };
                return service;
            },
            Writer with { Subresource = "status" });
    }

    private async Task<bool> CreateAsync(Kind kind, string @namespace, string name, JsonObject value)
    {
        value.Metadata()["name"] = name;
        try
        {
            await objects.CreateAsync(kind, @namespace, value, Writer);
            return true;
        }
        catch (ApiException exists) when (exists.Reason == "AlreadyExists")
        {
            return false;
        }
    }
}
