using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>How workloads are authenticated and leave.</summary>
public sealed record WorkloadsSettings
{
    /// <summary>How workloads are authenticated.</summary>
    public AuthenticationSettings Authentication { get; init; } = new();

    /// <summary>How workloads leave.</summary>
    public DeregistrationSettings Deregistration { get; init; } = new();

    internal static WorkloadsSettings Read(MapReader reader) => new()
    {
        Authentication = reader.Message("authentication", AuthenticationSettings.Read) ?? new AuthenticationSettings(),
        Deregistration = reader.Message("deregistration", DeregistrationSettings.Read) ?? new DeregistrationSettings(),
    };

    internal JsonObject? ToJson()
    {
        JsonObject json = new JsonObject()
            .With("authentication", Authentication.ToJson())
            .With("deregistration", Deregistration.ToJson());
        return json.Count == 0 ? null : json;
    }
}
