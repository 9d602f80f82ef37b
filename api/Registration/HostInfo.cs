using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Registration;

/// <summary>The host.</summary>
public sealed record HostInfo
{
    /// <summary>Addresses it can be reached at; at least one.</summary>
    public IReadOnlyList<HostAddress> Addresses { get; init; } = [];

    internal static HostInfo Read(MapReader reader) => new() { Addresses = reader.Messages("addresses", HostAddress.Read, required: true) };

    internal JsonObject ToJson() => new JsonObject().With("addresses", Addresses, address => address.ToJson());
}
