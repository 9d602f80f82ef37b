using Onboarding.Api.Reading;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Istio;

/// <summary>What Istio's CRDs ask of a WorkloadEntry's spec and of a WorkloadGroup's template.</summary>
internal static class WorkloadRules
{
    private const string UnixPrefix = "unix://";
    private const int MostPorts = 128;
    private const int MostLabels = 256;

    public static bool IsUnixSocket(string address) => address.StartsWith(UnixPrefix, StringComparison.Ordinal);

    public static void Check(MapReader spec)
    {
        spec.UnknownFieldsAreWarnings();
        spec.BoundedText("address", 256);
        string address = spec.TextIfAny("address");
        if (IsUnixSocket(address))
        {
            CheckUnixSocket(spec, address);
        }

        CheckPorts(spec);
        spec.BoundedMap("labels", MostLabels);
        spec.BoundedText("network", 2048);
        spec.BoundedText("locality", 2048);
        spec.Integer("weight", 0, uint.MaxValue, textToo: false);
        spec.BoundedText("serviceAccount", 253);
    }

    /// <summary>A port as Istio has it.</summary>
    public static void CheckPort(MapReader reader, string field) =>
        reader.Integer(field, 1, Checks.LargestPort, textToo: false, "port must be between 1-65535");

    private static void CheckUnixSocket(MapReader spec, string address)
    {
        if (address.Length == UnixPrefix.Length || address[UnixPrefix.Length] is not ('/' or '@'))
        {
            spec.Error("address", ProblemReason.Invalid, "UDS must be an absolute path or abstract socket");
        }

        if (address.EndsWith('/'))
        {
            spec.Error("address", ProblemReason.Invalid, "UDS may not be a dir");
        }

        // Also where the map is empty: the rule asks whether the field is there.
        if (spec.Has("ports"))
        {
            spec.ErrorHere(ProblemReason.Invalid, "UDS may not include ports");
        }
    }

    private static void CheckPorts(MapReader spec)
    {
        if (spec.Object("ports") is not { } ports)
        {
            return;
        }

        foreach (MapEntry port in ports.Entries)
        {
            CheckPort(ports, port.Key);
        }

        if (ports.Entries.Count > MostPorts)
        {
            spec.Error("ports", ProblemReason.Invalid, $"must have at most {MostPorts} items");
        }

        if (!ports.Entries.All(port => IsPortName(port.Key)))
        {
            spec.Error("ports", ProblemReason.Invalid, "port name must be valid");
        }
    }

    private static bool IsPortName(string name) =>
        name.Length is > 0 and < 63 && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
