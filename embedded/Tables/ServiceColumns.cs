using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Tables;

/// <summary>Cells of a Service.</summary>
internal static class ServiceColumns
{
    public static string ExternalAddress(JsonObject service)
    {
        IEnumerable<string> balancers = service.List("status", "loadBalancer", "ingress")
            .Select(i => i.Text("ip") ?? i.Text("hostname")).OfType<string>();
        IEnumerable<string> all = [.. balancers, .. service.Texts("spec", "externalIPs")];
        string text = service.Text("spec", "type") == "ExternalName" ? service.Text("spec", "externalName") ?? "" : string.Join(',', all);
        return text.Length > 0 ? text : service.Text("spec", "type") == "LoadBalancer" ? "<pending>" : "<none>";
    }

    public static string Ports(JsonObject service)
    {
        string text = string.Join(',', service.List("spec", "ports").Select(p =>
            p.Number("nodePort") is > 0 and { } node
                ? $"{p.Number("port")}:{node}/{p.Text("protocol")}"
                : $"{p.Number("port")}/{p.Text("protocol")}"));
        return text.Length > 0 ? text : "<none>";
    }
}
