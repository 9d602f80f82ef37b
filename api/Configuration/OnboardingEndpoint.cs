using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Where the plane is.</summary>
public sealed record OnboardingEndpoint
{
    /// <summary>The port agents dial unless told otherwise.</summary>
    public const int DefaultPort = 15443;

    /// <summary>Host name or IP address.</summary>
    public required string Host { get; init; }

    /// <summary>Port, 1 to 65535.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>How the connection is secured; null means TLS that verifies against the machine's trust store.</summary>
    public ClientTransportSecurity? TransportSecurity { get; init; }

    internal static OnboardingEndpoint Read(MapReader reader) => new()
    {
        Host = reader.RequiredText("host", Checks.Address),
        Port = reader.Port("port") ?? DefaultPort,
        TransportSecurity = reader.Message("transportSecurity", ClientTransportSecurity.Read),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("host", Host)
        .With("port", Port == DefaultPort ? null : (long?)Port)
        .With("transportSecurity", TransportSecurity?.ToJson());
}
