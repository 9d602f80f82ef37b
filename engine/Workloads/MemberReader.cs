using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Registration;
using Onboarding.Api.Runtime;

namespace Onboarding.Engine.Workloads;

/// <summary>Makes of a registration and its WorkloadEntry what people want to know.</summary>
internal static class MemberReader
{
    private const string ConnectionCondition = "AgentConnected";
    private const string SidecarCondition = "SidecarReady";

    /// <summary>Reads one.</summary>
    /// <param name="registration">The registration.</param>
    /// <param name="entry">Its WorkloadEntry; null while there is none.</param>
    /// <param name="now">The time of the list.</param>
    public static Member Read(WorkloadAutoRegistration registration, WorkloadEntry? entry, DateTimeOffset now)
    {
        string group = GroupOf(registration);
        V1Condition? connection = registration.Status?.Conditions.FirstOrDefault(c => c.Type == ConnectionCondition);
        string phase = connection?.Status switch { "True" => MemberPhase.Connected, null => MemberPhase.Registered, _ => MemberPhase.Lost };
        V1Condition? sidecar = registration.Status?.Conditions.FirstOrDefault(c => c.Type == SidecarCondition);
        JsonObject identity = registration.Spec?.Identity.ToJson() ?? [];
        return new Member
        {
            Name = registration.Metadata.Name,
            Namespace = registration.Metadata.Namespace ?? "",
            Group = group,
            Instance = InstanceOf(registration.Metadata.Name, group),
            Platform = registration.Spec?.Identity.Platform ?? "",
            Identity = IdentityText.Of(identity),
            IdentityJson = identity.ToJsonString(),
            Address = entry?.Spec.Address,
            Labels = entry?.Spec.Labels ?? new Dictionary<string, string>(),
            Phase = phase,
            Since = connection?.LastTransitionTime ?? registration.Metadata.CreationTimestamp,
            Reason = connection?.Reason,
            ConnectedTo = registration.Status?.ActiveAgentConnection?.ConnectedTo,
            LastSeen = phase == MemberPhase.Connected ? now : registration.Status?.Session?.EndedAt ?? connection?.LastTransitionTime,
            AgentVersion = registration.Spec?.Registration.Agent.Version,
            Sidecar = SidecarOf(sidecar, phase),
            SidecarSince = sidecar?.LastTransitionTime,
            SidecarMessage = sidecar is { Status: "False", Message.Length: > 0 } ? sidecar.Message : null,
            SidecarVersion = VersionOf(registration.Spec?.Registration.Sidecar.Istio),
            Created = registration.Metadata.CreationTimestamp,
            Uid = registration.Metadata.Uid,
            Source = registration,
        };
    }

    /// <summary>What a registration's name has after its group's.</summary>
    public static string InstanceOf(string name, string group) =>
        group.Length > 0 && name.StartsWith($"{group}-", StringComparison.Ordinal) ? name[(group.Length + 1)..] : name;

    /// <summary>The group that owns a registration; empty if none does.</summary>
    public static string GroupOf(WorkloadAutoRegistration registration) =>
        registration.Metadata.OwnerReferences.FirstOrDefault(o => o.Kind == "WorkloadGroup")?.Name ?? "";

    // What was said last counts for as long as there is somebody to take it back.
    private static string? SidecarOf(V1Condition? sidecar, string phase) => sidecar switch
    {
        null => null,
        { Status: "True" } when phase == MemberPhase.Connected => MemberSidecar.Ready,
        { Status: "False", Reason: MemberSidecar.Starting or MemberSidecar.Stopped or MemberSidecar.Failed } when phase == MemberPhase.Connected => sidecar.Reason,
        _ => MemberSidecar.Unknown,
    };

    private static string? VersionOf(IstioSidecarInfo? istio) =>
        istio is null ? null : istio.Revision is { Length: > 0 } revision and not "default" ? $"{istio.Version} ({revision})" : istio.Version;
}
