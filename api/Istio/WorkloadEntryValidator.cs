using System.Text.Json.Nodes;
using Onboarding.Api.Reading;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Istio;

/// <summary>
/// What Istio asks of a WorkloadEntry: the rules of its CRD, with their messages, and those of istiod's webhook. The plane uses
/// it too, for admission may be absent.
/// </summary>
public static class WorkloadEntryValidator
{
    /// <summary>Every problem of an object: errors refuse it, warnings (unknown fields, no address) don't.</summary>
    /// <param name="resource">The whole object.</param>
    public static IReadOnlyList<Problem> Validate(JsonObject resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ReadContext context = new();
        Check(new MapReader(context, (MapNode)JsonNodes.FromJson(resource), ""));
        return context.Problems;
    }

    internal static void Check(MapReader reader) => reader.Message(
        "spec",
        spec =>
        {
            WorkloadRules.Check(spec);
            CheckAddress(spec);
            // What the CRD leaves to istiod's webhook.
            spec.Labels("labels");
            return spec;
        },
        required: true);

    private static void CheckAddress(MapReader spec)
    {
        bool hasNetwork = spec.Has("network");
        if (!spec.Has("address"))
        {
            if (hasNetwork)
            {
                spec.Warn("address", "is not set: traffic reaches the workload through its network's gateway only");
            }
            else
            {
                spec.ErrorHere(ProblemReason.Invalid, "Address is required");
            }

            return;
        }

        string address = spec.TextIfAny("address");
        if (address.Length == 0 && !hasNetwork)
        {
            spec.Error("address", ProblemReason.Invalid, "must not be empty where network isn't set");
        }
        else if (address.Length != 0 && !WorkloadRules.IsUnixSocket(address) && !Checks.IsIp(address) && !IsFullName(address))
        {
            spec.Error("address", ProblemReason.Invalid, "must be an IP address, a host name or unix://");
        }
    }

    private static bool IsFullName(string address)
    {
        string name = address.EndsWith('.') ? address[..^1] : address;
        string[] labels = name.Split('.');
        return Checks.IsHostName(name) && !labels[^1].All(char.IsAsciiDigit);
    }
}
