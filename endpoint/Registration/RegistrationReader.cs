using System.Net;
using System.Text.RegularExpressions;
using Onboarding.Api.Registration;
using Onboarding.Endpoint.Refusals;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Endpoint.Registration;

/// <summary>
/// Reads what a workload says of itself. The limits keep an agent that was broken into from filling the Kubernetes API's store
/// with text of its choice.
/// </summary>
internal static partial class RegistrationReader
{
    private const int LongestVersion = 128;
    private const int LongestRevision = 56;
    private const int MostAddresses = 32;

    /// <summary>Reads a registration, every problem at once.</summary>
    /// <exception cref="RefusedException">Something is missing or malformed.</exception>
    public static WorkloadRegistration Read(Rpc.Registration? registration)
    {
        var problems = new List<string>();
        if (registration is null)
        {
            throw Refuse.Invalid("The request has no registration.");
        }

        CheckText(registration.Agent?.Version, "registration.agent.version", problems);
        CheckText(registration.Sidecar?.Istio?.Version, "registration.sidecar.istio.version", problems);
        string revision = registration.Sidecar?.Istio?.Revision ?? "";
        if (revision.Length > LongestRevision || (revision.Length > 0 && !Revision().IsMatch(revision)))
        {
            problems.Add("registration.sidecar.istio.revision isn't a revision (1 to 56 of a-z, 0-9 and -)");
        }

        IReadOnlyList<HostAddress> addresses = ReadAddresses(registration.Host, problems);
        LabelRules.Check(registration.Workload?.Labels, problems);
        AddressType connectedOver = Convert(registration.Settings?.ConnectedOver ?? default);
        if (problems.Count > 0)
        {
            throw Refuse.Invalid($"The registration can't be used: {string.Join("; ", problems)}.");
        }

        return new WorkloadRegistration
        {
            Agent = new AgentInfo(registration.Agent!.Version),
            Sidecar = new SidecarInfo { Istio = new IstioSidecarInfo(registration.Sidecar!.Istio.Version, revision.Length > 0 ? revision : null) },
            Host = new HostInfo { Addresses = addresses },
            Workload = registration.Workload is { Labels.Count: > 0 } workload
                ? new WorkloadInfo { Labels = new SortedDictionary<string, string>(workload.Labels, StringComparer.Ordinal) }
                : null,
            Settings = connectedOver == AddressType.Unspecified ? null : new RegistrationSettings { ConnectedOver = connectedOver },
        };
    }

    private static HostAddress[] ReadAddresses(Rpc.HostInfo? host, List<string> problems)
    {
        if (host is not { Addresses.Count: > 0 and <= MostAddresses })
        {
            problems.Add($"registration.host.addresses must have 1 to {MostAddresses} entries");
            return [];
        }

        for (int i = 0; i < host.Addresses.Count; i++)
        {
            Rpc.Address address = host.Addresses[i];
            if (!IPAddress.TryParse(address.Ip, out IPAddress? parsed) || parsed.ToString() != address.Ip)
            {
                problems.Add($"registration.host.addresses[{i}].ip isn't an IP address in its usual form");
            }

            if (Convert(address.Type) == AddressType.Unspecified)
            {
                problems.Add($"registration.host.addresses[{i}].type must be VPC or INTERNET");
            }
        }

        return [.. host.Addresses.Select(a => new HostAddress(a.Ip, Convert(a.Type)))];
    }

    private static AddressType Convert(Rpc.AddressType type) => type switch
    {
        Rpc.AddressType.Vpc => AddressType.Vpc,
        Rpc.AddressType.Internet => AddressType.Internet,
        _ => AddressType.Unspecified,
    };

    private static void CheckText(string? text, string field, List<string> problems)
    {
        if (string.IsNullOrEmpty(text) || text.Length > LongestVersion || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            problems.Add($"{field} must be 1 to {LongestVersion} printable ASCII characters");
        }
    }

    [GeneratedRegex(@"^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Revision();
}
