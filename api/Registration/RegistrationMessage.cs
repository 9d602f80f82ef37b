using System.Text.Json.Nodes;
using Onboarding.Api.Reading;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Api.Registration;

/// <summary>A registration on the wire (<see cref="Rpc.Registration"/>) and in the model, for agent and plane alike.</summary>
public static class RegistrationMessage
{
    // What comes over the wire is stored, and told of where it is wrong: an agent that was broken into may fill neither the
    // cluster's store nor logs with text of its choice.
    private const int MostAddresses = 32;
    private const int MostLabels = 64;
    private const int LongestRevision = 56;
    private const int LongestIp = 45;
    private const int LongestLabelKey = 317;
    private const int LongestLabelValue = 63;

    /// <summary>The message an agent sends.</summary>
    /// <param name="registration">What the workload says of itself.</param>
    public static Rpc.Registration Write(WorkloadRegistration registration)
    {
        ArgumentNullException.ThrowIfNull(registration);
        Rpc.Registration message = new()
        {
            Agent = new Rpc.AgentInfo { Version = registration.Agent.Version },
            Sidecar = new Rpc.SidecarInfo(),
            Host = new Rpc.HostInfo(),
        };
        if (registration.Sidecar.Istio is { } istio)
        {
            message.Sidecar.Istio = new Rpc.IstioSidecarInfo { Version = istio.Version, Revision = istio.Revision ?? "" };
        }

        message.Host.Addresses.AddRange(registration.Host.Addresses.Select(
            address => new Rpc.Address { Ip = address.Ip, Type = (Rpc.AddressType)address.Type }));
        if (registration.Workload is { } workload)
        {
            message.Workload = new Rpc.WorkloadInfo();
            foreach ((string key, string value) in workload.Labels)
            {
                message.Workload.Labels.Add(key, value);
            }
        }

        if (registration.Settings is { } settings)
        {
            message.Settings = new Rpc.Settings { ConnectedOver = (Rpc.AddressType)settings.ConnectedOver };
        }

        return message;
    }

    /// <summary>Reads and checks the message an agent sent, by the same rules as a stored registration.</summary>
    /// <param name="message">The message; null if the request had none.</param>
    /// <returns>The registration, or every problem with its path, e.g. <c>registration.host.addresses[0].ip</c>.</returns>
    public static ReadResult<WorkloadRegistration> Read(Rpc.Registration? message)
    {
        ReadContext context = new();
        if (message is not null)
        {
            CheckBounds(context, message);
        }

        MapNode node = new(default, [new MapEntry("registration", default, JsonNodes.FromJson(context.HasErrors ? null : ToJson(message)))]);
        WorkloadRegistration? registration = context.HasErrors
            ? null
            : new MapReader(context, node, "").Message("registration", WorkloadRegistration.Read, required: true);
        return new ReadResult<WorkloadRegistration> { Value = context.HasErrors ? null : registration, Problems = context.Problems };
    }

    private static void CheckBounds(ReadContext context, Rpc.Registration message)
    {
        Bound(context, "registration.sidecar.istio.revision", message.Sidecar?.Istio?.Revision.Length ?? 0, LongestRevision, "characters");
        Bound(context, "registration.host.addresses", message.Host?.Addresses.Count ?? 0, MostAddresses, "items");
        Bound(context, "registration.host.addresses[].ip", message.Host?.Addresses.Max(a => (int?)a.Ip.Length) ?? 0, LongestIp, "characters");
        Bound(context, "registration.workload.labels", message.Workload?.Labels.Count ?? 0, MostLabels, "items");
        Bound(context, "registration.workload.labels", message.Workload?.Labels.Keys.Max(k => (int?)k.Length) ?? 0, LongestLabelKey, "characters in a key");
        Bound(
            context, "registration.workload.labels", message.Workload?.Labels.Values.Max(v => (int?)v.Length) ?? 0, LongestLabelValue, "characters in a value");
    }

    private static void Bound(ReadContext context, string path, int count, int most, string what)
    {
        if (count > most)
        {
            context.Error(default, path, ProblemReason.Invalid, $"must have at most {most} {what}, not {count}");
        }
    }

    // Versions describe, and are kept in a form that can be stored and shown; everything else decides something, and is held to its rules.
    private static JsonObject? ToJson(Rpc.Registration? message) => message is null ? null : new JsonObject()
        .With("agent", new JsonObject().With("version", VersionText.Normalize(message.Agent?.Version)))
        .With("sidecar", message.Sidecar is { } sidecar ? new JsonObject().With("istio", ToJson(sidecar.Istio)) : null)
        .With("host", message.Host is { } host ? new JsonObject().With("addresses", host.Addresses, ToJson) : null)
        .With("workload", message.Workload is { } workload ? new JsonObject().With("labels", new Dictionary<string, string>(workload.Labels)) : null)
        .With("settings", message.Settings is { } settings ? new JsonObject().With("connectedOver", (long?)settings.ConnectedOver) : null);

    private static JsonObject? ToJson(Rpc.IstioSidecarInfo? istio) =>
        istio is null ? null : new JsonObject().With("version", VersionText.Normalize(istio.Version)).With("revision", istio.Revision);

    private static JsonObject ToJson(Rpc.Address address) => new JsonObject().With("ip", address.Ip).With("type", (long?)address.Type);
}
