using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Configured sources of credential and host information.</summary>
public sealed record CustomHost
{
    /// <summary>Credential sources in the order they are tried; at least one.</summary>
    public IReadOnlyList<CredentialSource> Credential { get; init; } = [];

    /// <summary>Where host information comes from; null means <c>basic: {}</c>.</summary>
    public HostInfoSource? Hostinfo { get; init; }

    internal static CustomHost Read(MapReader reader) => new()
    {
        Credential = reader.Messages("credential", CredentialSource.Read, required: true),
        Hostinfo = reader.Message("hostinfo", HostInfoSource.Read),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("credential", Credential, source => source.ToJson())
        .With("hostinfo", Hostinfo?.ToJson());
}
