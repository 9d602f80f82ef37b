using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Registration;
using Onboarding.Api.Runtime;

namespace Onboarding.Fleet.Workloads;

/// <summary>Makes of a registration and its WorkloadEntry what people want to know.</summary>
internal static class MemberReader
{
    /// <summary>Reads one.</summary>
    /// <param name="registration">The registration.</param>
    /// <param name="entry">Its WorkloadEntry; null while there is none.</param>
    /// <param name="now">The time of the list.</param>
    public static Member Read(WorkloadAutoRegistration registration, WorkloadEntry? entry, DateTimeOffset now)
    {
        V1Condition? connection = registration.Status?.Conditions.FirstOrDefault(c => c.Type == WorkloadAutoRegistration.AgentConnected);
        string phase = connection?.Status switch { "True" => MemberPhase.Connected, null => MemberPhase.Registered, _ => MemberPhase.Lost };
        V1Condition? sidecar = registration.Status?.Conditions.FirstOrDefault(c => c.Type == WorkloadAutoRegistration.SidecarReady);
        JsonObject identity = registration.Spec?.Identity.ToJson() ?? [];
        return new Member
        {
            Name = registration.Metadata.Name,
            Namespace = registration.Metadata.Namespace ?? "",
            Group = registration.GroupName ?? "",
            Instance = registration.InstanceName,
            Platform = registration.Spec?.Identity.Platform ?? "",
            Identity = IdentityText.Format(identity),
            IdentityJson = identity.ToJsonString(),
            SpiffeId = ForeignText.CleanIfAny(registration.Status?.Session?.SpiffeId),
            Policy = ForeignText.CleanIfAny(registration.Status?.Session?.Policy),
            Address = entry?.Spec.Address,
            Labels = entry?.Spec.Labels ?? new Dictionary<string, string>(),
            Phase = phase,
            Since = connection?.LastTransitionTime ?? registration.Metadata.CreationTimestamp,
            Reason = connection?.Reason,
            ConnectedTo = registration.Status?.ActiveAgentConnection?.ConnectedTo,
            LastSeen = phase == MemberPhase.Connected ? now : registration.Status?.Session?.EndedAt ?? connection?.LastTransitionTime,
            AgentVersion = ForeignText.CleanIfAny(registration.Spec?.Registration.Agent.Version),
            Sidecar = SidecarOf(sidecar, phase),
            SidecarSince = sidecar?.LastTransitionTime,
            SidecarMessage = sidecar is { Status: "False", Message.Length: > 0 } ? ForeignText.Clean(sidecar.Message) : null,
            SidecarVersion = ForeignText.CleanIfAny(VersionOf(registration.Spec?.Registration.Sidecar.Istio)),
            Created = registration.Metadata.CreationTimestamp,
            Uid = registration.Metadata.Uid,
            Source = registration,
        };
    }

    // What was said last counts for as long as there is someone to take it back.
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
