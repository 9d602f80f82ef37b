using System.Net;
using System.Text.Json.Nodes;
using Onboarding.Api.Configuration;
using Onboarding.Api.Registration;
using Onboarding.Client.Credentials;

namespace Onboarding.Client.HostInformation;

/// <summary>A host-information plugin.</summary>
internal sealed class PluginHostInfoSource(PluginConfiguration plugin, PluginRunner runner) : IHostInfoSource
{
    /// <summary>The service host-information plugins offer.</summary>
    public const string Service = "tetrateio.api.onboarding.private.component.agent.plugin.hostinfo.v1alpha1.HostInfoPlugin";

    /// <summary>Its method.</summary>
    public const string Method = "GetHostInfo";

    public async Task<HostInfo> GetAsync(CancellationToken cancellationToken)
    {
        JsonObject answer = await runner.CallAsync(plugin, Service, Method, [], cancellationToken);
        JsonObject host = PluginAnswer.Object(plugin.Name, answer, "host", "host");
        if (PluginAnswer.Find(host, "addresses") is not JsonArray { Count: > 0 } addresses)
        {
            throw PluginAnswer.Invalid(plugin.Name, "host.addresses must be a list with at least one address");
        }

        return new HostInfo { Addresses = [.. addresses.Select(Read)] };
    }

    private HostAddress Read(JsonNode? node, int index)
    {
        string path = $"host.addresses[{index}]";
        JsonObject address = node as JsonObject ?? throw PluginAnswer.Invalid(plugin.Name, $"{path} must be an object");
        string ip = PluginAnswer.Text(plugin.Name, address, "ip", path + ".ip");
        AddressType type = PluginAnswer.Text(plugin.Name, address, "type", path + ".type") switch
        {
            "VPC" => AddressType.Vpc,
            "INTERNET" => AddressType.Internet,
            _ => throw PluginAnswer.Invalid(plugin.Name, $"{path}.type must be VPC or INTERNET"),
        };
        return IPAddress.TryParse(ip, out IPAddress? parsed)
            ? new HostAddress(parsed.ToString(), type)
            : throw PluginAnswer.Invalid(plugin.Name, $"{path}.ip must be an IPv4 or IPv6 address");
    }
}
