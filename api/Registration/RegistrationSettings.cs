using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Registration;

/// <summary>How a workload is reached.</summary>
public sealed record RegistrationSettings
{
    /// <summary>The kind of address put into the WorkloadEntry; unset means VPC.</summary>
    public AddressType ConnectedOver { get; init; }

    internal static RegistrationSettings Read(MapReader reader) =>
        new() { ConnectedOver = (AddressType)(reader.Choice("connectedOver", AddressTypeNames.All) ?? 0) };

    internal JsonObject ToJson() =>
        new JsonObject().With("connectedOver", ConnectedOver == AddressType.Unspecified ? null : ConnectedOver.Name());
}
