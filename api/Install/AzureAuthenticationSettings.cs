using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: authentication of Azure's virtual machines by attested documents and tokens of managed identities.</summary>
public sealed record AzureAuthenticationSettings
{
    private static readonly IReadOnlyList<string> DefaultSigners = ["metadata.azure.com"];
    private static readonly IReadOnlyList<string> DefaultHosts = ["www.microsoft.com"];

    /// <summary>
    /// The only tenants and subscriptions whose machines are accepted; at least one. An attested document says no tenant: this list
    /// is what ties a subscription to one.
    /// </summary>
    public IReadOnlyList<AzureTenant> Tenants { get; init; } = [];

    /// <summary>Application ID URI or client id that tokens of managed identities must be made for; null: no token is accepted.</summary>
    public string? Audience { get; init; }

    /// <summary>Names that the signer of an attested document may have, or be a subdomain of; by default <c>metadata.azure.com</c>.</summary>
    public IReadOnlyList<string> Signers { get; init; } = DefaultSigners;

    /// <summary>Certificates, PEM, that the signer's must chain to, besides those among the plane's trust anchors.</summary>
    public string? Roots { get; init; }

    /// <summary>
    /// The only hosts (with a port if it isn't the usual one) that certificates between signer and root are fetched from; by default
    /// <c>www.microsoft.com</c>, and none if the list is empty. Anyone who sends
    /// a document chooses the address in it.
    /// </summary>
    public IReadOnlyList<string> IntermediateHosts { get; init; } = DefaultHosts;

    internal static AzureAuthenticationSettings Read(MapReader reader) => new()
    {
        Tenants = reader.Messages("tenants", AzureTenant.Read, required: true),
        Audience = reader.Text("audience", Checks.Ascii),
        Signers = reader.Texts("signers", Checks.Address) is { Count: > 0 } signers ? signers : DefaultSigners,
        Roots = reader.Text("roots", PemRules.CheckAuthorities),
        IntermediateHosts = reader.Has("intermediateHosts") ? reader.Texts("intermediateHosts", CheckHost) : DefaultHosts,
    };

    private static string? CheckHost(string value)
    {
        string[] parts = value.Split(':');
        bool isHost = parts.Length <= 2 && Checks.Address(parts[0]) is null
            && (parts.Length == 1 || (ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0));
        return isHost ? null : "must be a host name, with a port if it isn't the usual one: www.microsoft.com";
    }

    internal JsonObject ToJson()
    {
        JsonObject json = new JsonObject()
            .With("tenants", Tenants, tenant => tenant.ToJson())
            .With("audience", Audience)
            .With("signers", Signers.SequenceEqual(DefaultSigners) ? [] : Signers)
            .With("roots", Roots);
        if (!IntermediateHosts.SequenceEqual(DefaultHosts))
        {
            json["intermediateHosts"] = new JsonArray([.. IntermediateHosts.Select(host => (JsonNode?)JsonValue.Create(host))]);
        }

        return json;
    }
}
