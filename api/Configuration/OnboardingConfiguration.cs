using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Reading;
using Onboarding.Api.Registration;

namespace Onboarding.Api.Configuration;

/// <summary>
/// What to join, and where (docs/operations.md). A file on the host, by default
/// <c>/etc/onboarding-agent/onboarding.config.yaml</c>; without it an agent doesn't start.
/// </summary>
public sealed record OnboardingConfiguration
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "OnboardingConfiguration";

    /// <summary>The kind's <c>apiVersion</c>.</summary>
    public const string ApiVersion = $"{ApiGroups.Configuration}/{ApiGroups.Version}";

    /// <summary>Where the plane is.</summary>
    public required OnboardingEndpoint OnboardingEndpoint { get; init; }

    /// <summary>The group to join.</summary>
    public required WorkloadGroupReference WorkloadGroup { get; init; }

    /// <summary>What the workload adds to its WorkloadEntry.</summary>
    public WorkloadInfo? Workload { get; init; }

    /// <summary>How the workload is reached.</summary>
    public RegistrationSettings? Settings { get; init; }

    /// <summary>The configuration as JSON, defaults left out.</summary>
    public JsonObject ToJson() => new JsonObject()
        .With("apiVersion", ApiVersion)
        .With("kind", Kind)
        .With("onboardingEndpoint", OnboardingEndpoint.ToJson())
        .With("workloadGroup", WorkloadGroup.ToJson())
        .With("workload", Workload?.ToJson())
        .With("settings", Settings?.ToJson());

    internal static OnboardingConfiguration Read(MapReader reader) => new()
    {
        OnboardingEndpoint = reader.Message("onboardingEndpoint", OnboardingEndpoint.Read, required: true)
            ?? new OnboardingEndpoint { Host = "" },
        WorkloadGroup = reader.Message("workloadGroup", WorkloadGroupReference.Read, required: true)
            ?? new WorkloadGroupReference("", ""),
        Workload = reader.Message("workload", WorkloadInfo.Read),
        Settings = reader.Message("settings", RegistrationSettings.Read),
    };
}
