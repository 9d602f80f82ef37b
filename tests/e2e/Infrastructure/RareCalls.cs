namespace Onboarding.Tests.E2E.Infrastructure;

/// <summary>
/// Permissions that a workload which joins and leaves doesn't need, and the code that does: a file, and what is in it. A permission
/// that is neither used by that workload nor listed here has no reason to be shipped.
/// </summary>
internal static class RareCalls
{
    /// <summary>The endpoint's.</summary>
    public static readonly IReadOnlyDictionary<string, (string File, string Call)> OfEndpoint = new Dictionary<string, (string, string)>
    {
        ["list nodes"] = ("endpoint/BootConfiguration/GatewayAddresses.cs", "client.ListAsync<ClusterNode>(null"),
        ["create tokenreviews"] = ("endpoint/Authentication/Kubernetes/KubernetesAuthenticator.cs", "CreateTokenReviewAsync("),
        ["get workloadkeybindings"] = ("endpoint/KeyBinding/KeyBindings.cs", "client.TryGetAsync<WorkloadKeyBinding>("),
        ["update workloadkeybindings"] = ("endpoint/KeyBinding/KeyBindings.cs", "client.UpdateAsync("),
        ["patch workloadkeybindings"] = ("endpoint/KeyBinding/StayOutGate.cs", "StayOutMark.WriteAsync("),
        ["delete workloadkeybindings"] = ("endpoint/KeyBinding/KeyBindings.cs", "client.DeleteAsync<WorkloadKeyBinding>("),
        ["get credentialuses"] = ("endpoint/Authentication/CredentialUses.cs", "client.GetAsync<CredentialUse>("),
        ["create credentialuses"] = ("endpoint/Authentication/CredentialUses.cs", "client.CreateAsync("),
        ["get secrets"] = ("endpoint/Tokens/TokenKeyStore.cs", "_client.TryGetAsync<V1Secret>("),
        ["get workloadautoregistrations"] = ("plane/Registrations/RegistrationStore.cs", "client.GetAsync<WorkloadAutoRegistration>("),
        ["update workloadautoregistrations"] = ("plane/Registrations/RegistrationStore.cs", "client.UpdateAsync("),
        ["patch workloadautoregistrations"] = ("endpoint/Registration/GroupAdoption.cs", "client.PatchAsync<WorkloadAutoRegistration>("),
        ["create workloadentries"] = ("plane/Registrations/RegistrationStore.cs", "V1Patch.Apply("),
        ["create events"] = ("plane/Events/EventWriter.cs", "client.CreateAsync("),
        ["get events"] = ("plane/Events/EventWriter.cs", "client.GetAsync<CoreV1Event>("),
        ["update events"] = ("plane/Events/EventWriter.cs", "client.UpdateAsync("),
        ["update leases"] = ("endpoint/Sessions/InstanceLease.cs", "client.UpdateAsync("),
        ["delete leases"] = ("endpoint/Sessions/InstanceLease.cs", "client.DeleteAsync<V1Lease>("),

        // A server that enforces permissions on owner references (OpenShift) asks for these; no request of ours names them.
        ["update workloadgroups/finalizers"] = ("endpoint/Registration/RegistrationObjects.cs", "BlockOwnerDeletion"),
        ["update workloadautoregistrations/finalizers"] = ("endpoint/Registration/RegistrationObjects.cs", "BlockOwnerDeletion"),
    };

    /// <summary>The operator's.</summary>
    public static readonly IReadOnlyDictionary<string, (string File, string Call)> OfOperator = new Dictionary<string, (string, string)>
    {
        ["patch onboardingplanes/status"] = ("operator/Rollouts/RolloutController.cs", "_client.PatchAsync<OnboardingPlane>("),
        ["get workloadkeybindings"] = ("operator/Members/UnregisteredMembers.cs", "_client.TryGetAsync<WorkloadKeyBinding>("),
        ["patch workloadkeybindings"] = ("operator/Upkeep/ExpiredBindings.cs", "client.PatchAsync<WorkloadKeyBinding>("),
        ["delete workloadkeybindings"] = ("operator/Upkeep/ExpiredBindings.cs", "client.DeleteAsync<WorkloadKeyBinding>("),
        ["delete credentialuses"] = ("operator/Upkeep/ExpiredCredentialUses.cs", "client.DeleteAsync<CredentialUse>("),
        ["update secrets"] = ("operator/Upkeep/TokenKeyRotation.cs", "client.UpdateAsync("),
        ["delete leases"] = ("operator/Upkeep/AbandonedLeases.cs", "client.DeleteAsync<V1Lease>("),
        ["get workloadautoregistrations"] = ("plane/Registrations/RegistrationStatusWriter.cs", "client.TryGetAsync<WorkloadAutoRegistration>("),
        ["delete workloadautoregistrations"] = ("plane/Registrations/RegistrationStore.cs", "client.DeleteAsync<WorkloadAutoRegistration>("),
        ["update workloadautoregistrations/status"] = ("plane/Registrations/RegistrationStatusWriter.cs", "client.UpdateStatusAsync("),
        ["patch workloadautoregistrations/status"] = ("operator/Rollouts/RolloutController.cs", "_client.PatchAsync<WorkloadAutoRegistration>("),
        ["delete workloadentries"] = ("plane/Registrations/RegistrationStore.cs", "TryDeleteAsync<WorkloadEntry>("),
        ["create events"] = ("plane/Events/EventWriter.cs", "client.CreateAsync("),
        ["get events"] = ("plane/Events/EventWriter.cs", "client.GetAsync<CoreV1Event>("),
        ["update events"] = ("plane/Events/EventWriter.cs", "client.UpdateAsync("),
    };
}
