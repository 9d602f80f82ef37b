using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Host information from the local network interfaces.</summary>
public sealed record BasicHostInfo
{
    /// <summary>Which interfaces count; null means every one.</summary>
    public NetworkInterfaceFilter? NetworkInterfaces { get; init; }

    internal static BasicHostInfo Read(MapReader reader) =>
        new() { NetworkInterfaces = reader.Message("networkInterfaces", NetworkInterfaceFilter.Read) };

    internal JsonObject ToJson() => new JsonObject().With("networkInterfaces", NetworkInterfaces?.ToJson());
}
