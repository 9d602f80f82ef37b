using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Configuration;

/// <summary>Ours: the attested document of an Azure virtual machine and, with <see cref="Resource"/>, a token of its managed identity.</summary>
public sealed record AzureSource
{
    /// <summary>What the token of the managed identity is asked for: the plane's <c>azure.audience</c>; null: no token.</summary>
    public string? Resource { get; init; }

    /// <summary>Client id of the user-assigned identity to use where the machine has several.</summary>
    public string? ClientId { get; init; }

    internal static AzureSource Read(MapReader reader) => new()
    {
        Resource = reader.Text("resource", Checks.Ascii),
        ClientId = reader.Text("clientId", Checks.Uuid),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("resource", Resource)
        .With("clientId", ClientId);
}
