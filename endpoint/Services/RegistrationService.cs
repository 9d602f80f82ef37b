using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Api.Istio;
using Onboarding.Api.Registration;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Authorization;
using Onboarding.Endpoint.Admissions;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.Registration;
using Onboarding.Endpoint.Sessions;
using Onboarding.Endpoint.Tokens;
using Onboarding.Kubernetes;
using Onboarding.Plane.Members;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Registrations;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Services;

/// <summary>RegisterWorkload and UnregisterWorkload.</summary>
internal sealed partial class RegistrationService(
    CallEntry calls,
    AdmissionGates gates,
    MemberRecords members,
    PlaneConfiguration plane,
    SessionRegistry sessions,
    AddressRules addresses,
    ILogger<RegistrationService> logger) : WorkloadRegistrationService.WorkloadRegistrationServiceBase
{
    public override Task<RegisterWorkloadResponse> RegisterWorkload(SignedRequest request, ServerCallContext context) =>
        calls.Pipeline.RunAsync("register", context, call => RegisterAsync(request, context, call), CallerTrust.PresentsToken);

    public override Task<UnregisterWorkloadResponse> UnregisterWorkload(SignedRequest request, ServerCallContext context) =>
        calls.Pipeline.RunAsync("unregister", context, call => UnregisterAsync(request, context, call), CallerTrust.PresentsToken);

    private async Task<RegisterWorkloadResponse> RegisterAsync(SignedRequest signed, ServerCallContext context, Call call)
    {
        (ProvenCaller caller, RegisterWorkloadRequest request) =
            await calls.Callers.AuthenticateAsync(signed, RegisterWorkloadRequest.Parser, context, call, mayReplaceKey: true);
        OnboardingTokenClaims claims = caller.Claims;
        WorkloadRegistration registration = RegistrationReader.Read(request.Registration);

        await gates.StayOut.CheckAgainAsync(claims.Workload, $"{claims.GroupNamespace}/{claims.Registration}", call.CancellationToken);
        await gates.JoinTokens.CheckAsync(claims.Workload, call.CancellationToken);
        string address = AddressChoice.Choose(registration, addresses.AllowLoopback);
        IReadOnlyDictionary<string, string> reported = registration.Workload?.Labels ?? new Dictionary<string, string>();

        // The complete decision, now with address and labels, on the policies as they are by now.
        var reference = new WorkloadGroupReference(claims.GroupNamespace, claims.GroupName);
        var asked = new AdmissionRequest(gates.Identities.Resolve(claims.Workload, claims.Thumbprint), claims.Workload, reference)
        {
            Address = IPAddress.Parse(address),
            Labels = reported,
        };
        Admission admission = gates.Authorizer.Decide(asked, call.Audit);
        gates.Budgets.Count(asked.BoundIdentity, asked.Identity, reference, isFirst: !members.Store.Knows(reference.Namespace, claims.Registration));
        WorkloadGroup group = GroupSnapshots.Noted(admission.Group, members.Hbone.IsOn(admission.Group, registration.Sidecar.Istio?.Revision));
        GroupCheck.Check(group);

        // Not before: an identity that policies or their limits keep out must not hold a name in the cluster for a month.
        WorkloadKeyBinding? bound = await gates.KeyBindings.BindAsync(claims.Key, plane.Required.Spec.KeyBinding, call.CancellationToken);
        using Arrivals.Arrival? arrival = admission.DependsOnMembers ? members.Arrivals.Expect(group.Metadata.Namespace!, claims.Registration) : null;
        (WorkloadAutoRegistration member, bool isNew) = await members.Store.PutAsync(
            RegistrationObjects.Registration(
                claims.Registration,
                group,
                claims.Workload,
                registration,
                claims.Thumbprint,
                members.Snapshots.AnnotationsOf(group, claims.Registration)),
            caller.RegistrationUid,
            call.CancellationToken);
        if (isNew && admission.DependsOnMembers)
        {
            admission = await ConfirmAsync(asked, member, bound, arrival, call);
        }

        WorkloadGroup kept = members.Snapshots.ForRegistration(member, group);
        if (!admission.IsKept)
        {
            IReadOnlyDictionary<string, string> labels = MemberLabels.Merge(GroupTemplate.LabelsOf(kept), reported, admission.Decision.GrantedLabels);
            await ApplyEntryAsync(RegistrationObjects.Entry(member, kept, address, labels, members.Networks.ForGroup(kept)), member, isNew, call);
        }

        IReadOnlyList<string> dropped = admission.IsKept ? [] : ReportedLabels.Divide(reported, admission.Decision.GrantedLabels).Dropped;
        if (dropped.Count > 0)
        {
            LogDropped(logger, member.Metadata.Namespace, member.Metadata.Name, string.Join(", ", dropped), admission.Decision.Policy);
        }

        return new RegisterWorkloadResponse
        {
            DroppedLabels = { dropped },
            Registration = member.Metadata.Name,
            RegistrationUid = member.Metadata.Uid,
            Address = address,
            SpiffeId = GroupTemplate.SpiffeIdOf(kept, members.Mesh.TrustDomain(registration.Sidecar.Istio?.Revision)),
        };
    }

    /// <summary>Writes the entry, and takes a new registration back if it can't have one: half a member must not stay.</summary>
    private async Task ApplyEntryAsync(WorkloadEntry entry, WorkloadAutoRegistration member, bool isNew, Call call)
    {
        try
        {
            await members.Store.ApplyEntryAsync(entry, isNew, call.CancellationToken);
        }
        catch (Exception e) when (isNew && (e is RefusedException || (e is KubernetesException answer && ClusterRefusal.IsPermanent(answer.Status))))
        {
            await members.Store.DeleteRecordAsync(member, CancellationToken.None);
            throw;
        }
    }

    /// <summary>
    /// Counts members again where everybody counts the same. Attack: workloads that register at one moment at several replicas, none of
    /// which has heard of the others yet, would all find a place that is there once.
    /// </summary>
    private async Task<Admission> ConfirmAsync(
        AdmissionRequest asked, WorkloadAutoRegistration member, WorkloadKeyBinding? bound, Arrivals.Arrival? arrival, Call call)
    {
        try
        {
            return gates.Authorizer.Decide(asked, call.Audit, await members.Store.BeforeAsync(member, arrival, call.CancellationToken));
        }
        catch
        {
            // Whatever went wrong: a claim that isn't confirmed mustn't stay, and a caller that hung up mustn't keep it.
            await members.Store.DeleteAsync(member, CancellationToken.None);
            if (bound is not null)
            {
                await gates.KeyBindings.TakeBackAsync(bound, CancellationToken.None);
            }

            throw;
        }
    }

    private async Task<UnregisterWorkloadResponse> UnregisterAsync(SignedRequest signed, ServerCallContext context, Call call)
    {
        (ProvenCaller caller, UnregisterWorkloadRequest request) =
            await calls.Callers.AuthenticateAsync(signed, UnregisterWorkloadRequest.Parser, context, call);
        call.Audit.Detail = request.Reason.Length > 0 ? request.Reason[..Math.Min(request.Reason.Length, 256)] : null;
        if (caller.RegistrationUid.Length == 0)
        {
            throw Refuse.Invalid("UnregisterWorkload needs the uid of the registration: names are given again, uids aren't.");
        }

        WorkloadAutoRegistration? member = await members.Store.FindAsync(
            caller.Claims.GroupNamespace, caller.Claims.Registration, call.CancellationToken);

        // With another uid, or another's: this caller's own is gone, which is what it asks for.
        if (member is not null && member.Metadata.Uid == caller.RegistrationUid && RegistrationOwner.Is(member, caller.Claims))
        {
            sessions.Leaving(member.Metadata.Uid!);
            await members.Store.DeleteAsync(member, call.CancellationToken);
        }

        return new UnregisterWorkloadResponse
        {
            PropagationDelay = Duration.FromTimeSpan(plane.Required.Spec.Workloads.Deregistration.PropagationDelay),
        };
    }

    [LoggerMessage(4119, LogLevel.Warning, "{Namespace}/{Registration} reports labels that no rule opens, and that are dropped: {Labels}. Policy {Policy} admits it; name them under labels of its rule.")]
    private static partial void LogDropped(ILogger logger, string? @namespace, string registration, string labels, string? policy);
}

/// <summary>What becomes of an admitted workload in the cluster: its registration and its entry, as its group and the mesh have it.</summary>
/// <param name="Store">Reads and writes both.</param>
/// <param name="Arrivals">Registrations that were written and aren't seen yet.</param>
/// <param name="Snapshots">The groups as they were when their members registered.</param>
/// <param name="Mesh">What a member is told of the mesh.</param>
/// <param name="Hbone">Whether sidecars of a group take HBONE.</param>
/// <param name="Networks">The network of a group.</param>
internal sealed record MemberRecords(RegistrationStore Store, Arrivals Arrivals, GroupSnapshots Snapshots, MeshSettings Mesh, HboneModes Hbone, Networks Networks);
