using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>How an agent's connection is secured.</summary>
public sealed record ClientTransportSecurity
{
    /// <summary>TLS; null means TLS with its defaults. There is no connection without it.</summary>
    public ClientTlsSettings? Tls { get; init; }

    internal static ClientTransportSecurity Read(MapReader reader) => new() { Tls = reader.Message("tls", ClientTlsSettings.Read) };

    internal JsonObject ToJson() => new JsonObject().With("tls", Tls?.ToJson());
}
