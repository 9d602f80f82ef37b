using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;

namespace Onboarding.Embedded.Admission;

/// <summary>
/// Refuses what istiod's validating webhook refuses of a WorkloadGroup or WorkloadEntry beyond its definition, before anything is stored.
/// Without it a group would be taken here that a cluster refuses.
/// </summary>
internal static class IstioWebhook
{
    /// <summary>Checks a new state of an object; other kinds are none of its business.</summary>
    /// <param name="kind">The object's kind.</param>
    /// <param name="value">The object, valid by its definition.</param>
    /// <param name="warn">Takes what is allowed but odd.</param>
    /// <exception cref="ApiException">It is refused; the message names each field.</exception>
    public static void Check(Kind kind, JsonObject value, Action<string> warn)
    {
        string[] errors =
        [
            .. kind == CustomKinds.WorkloadGroup ? Group(value["spec"]!)
                : kind == CustomKinds.WorkloadEntry ? Entry(value["spec"]!, warn)
                : [],
        ];
        if (errors.Length > 0)
        {
            // A webhook's refusal has a code and no reason.
            throw new ApiException(
                400, "", $"admission webhook \"validation.istio.io\" denied the request: configuration is invalid: {string.Join("; ", errors)}");
        }
    }

    // The template's labels are not looked at, and its address is filled in later.
    private static IEnumerable<string> Group(JsonNode spec) => Labels(spec.At("metadata", "labels"), "spec.metadata.labels")
        .Concat(spec.At("probe") is JsonObject probe ? Probe(probe) : []);

    private static IEnumerable<string> Probe(JsonObject probe)
    {
        if (probe.At("exec") is { } exec)
        {
            return exec.List("command").Any() ? [] : ["spec.probe.exec.command is required"];
        }

        // Definition and agent know gRPC, istiod's webhook doesn't.
        return probe.At("httpGet") is not null || probe.At("tcpSocket") is not null
            ? []
            : [$"spec.probe: unknown health check method {(probe.At("grpc") is null ? "<nil>" : "grpc")}; httpGet, tcpSocket or exec is required"];
    }

    private static IEnumerable<string> Entry(JsonNode spec, Action<string> warn)
    {
        string address = spec.Text("address") ?? "";
        string network = spec.Text("network") ?? "";
        if (address.Length == 0 && network.Length == 0)
        {
            return ["spec.address: address is required"];
        }

        if (address.Length == 0)
        {
            warn($"address is unset with network \"{network}\"");
        }

        return Address(address).Concat(Labels(spec.At("labels"), "spec.labels"));
    }

    private static IEnumerable<string> Address(string address)
    {
        if (address is "unix://")
        {
            return ["spec.address: unix address must not be empty"];
        }

        return address.Length == 0 || address.StartsWith("unix://", StringComparison.Ordinal) || IstioNames.IsAddress(address)
            ? []
            : [$"spec.address: endpoint address \"{address}\" is not a valid FQDN or an IP address"];
    }

    private static IEnumerable<string> Labels(JsonNode? labels, string field)
    {
        foreach ((string key, JsonNode? value) in labels as JsonObject ?? [])
        {
            if (!IstioNames.IsLabelKey(key))
            {
                yield return $"{field}: invalid tag key: \"{key}\"";
            }

            if (!IstioNames.IsLabelValue(value.Text() ?? ""))
            {
                yield return $"{field}[{key}]: invalid tag value: \"{value.Text()}\"";
            }
        }
    }
}
