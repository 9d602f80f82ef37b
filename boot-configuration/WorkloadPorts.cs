using System.Globalization;
using Onboarding.BootConfiguration.Schema;
using Onboarding.BootConfiguration.Text;

namespace Onboarding.BootConfiguration;

/// <summary>The template's ports, by name (Istio leaves their order in one of the two places to chance).</summary>
internal sealed class WorkloadPorts
{
    private readonly List<KeyValuePair<string, string>> _ports;

    public WorkloadPorts(ProtoMessage template) => _ports = template["ports"] is Dictionary<string, object> ports
        ? [.. ports.OrderBy(p => p.Key, ByteOrder.Instance)
            .Select(p => KeyValuePair.Create(p.Key, ((long)p.Value).ToString(CultureInfo.InvariantCulture)))]
        : [];

    public bool Any => _ports.Count > 0;

    /// <summary>Numbers for traffic capture; <c>*</c> for all.</summary>
    public string Inbound => Any ? string.Join(',', _ports.Select(p => p.Value)) : "*";

    /// <summary>A pod's list of container ports.</summary>
    public string PodPorts => "[" + string.Join(',', _ports.Select(Item)) + "]";

    private static string Item(KeyValuePair<string, string> port)
    {
        string name = port.Key.Length == 0 ? "" : $"\"name\":{GoJsonText.Quote(port.Key)},";
        return $"{{{name}\"containerPort\":{port.Value},\"protocol\":\"\"}}";
    }
}
