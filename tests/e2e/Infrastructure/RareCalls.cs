namespace Onboarding.Tests.E2E.Infrastructure;

/// <summary>
/// Permissions that a workload which joins and leaves doesn't need, and the code that does: a file, and what stands in it. A permission
/// that is neither used by that workload nor listed here has no reason to be shipped.
/// </summary>
internal static class RareCalls
{
    public static readonly IReadOnlyDictionary<string, (string File, string Call)> ByPermission = new Dictionary<string, (string, string)>
    {
        ["list nodes"] = ("endpoint/BootConfiguration/GatewayAddresses.cs", "client.ListAsync<ClusterNode>(null"),
        ["create tokenreviews"] = ("endpoint/Authentication/Kubernetes/KubernetesAuthenticator.cs", "CreateTokenReviewAsync("),
        ["get workloadkeybindings"] = ("endpoint/KeyBinding/KeyBindings.cs", "client.GetAsync<WorkloadKeyBinding>("),
        ["update workloadkeybindings"] = ("endpoint/KeyBinding/KeyBindings.cs", "client.UpdateAsync("),
        ["patch workloadkeybindings"] = ("endpoint/KeyBinding/ExpiredBindings.cs", "client.PatchAsync<WorkloadKeyBinding>("),
        ["delete workloadkeybindings"] = ("endpoint/KeyBinding/ExpiredBindings.cs", "client.DeleteAsync<WorkloadKeyBinding>("),
        ["get credentialuses"] = ("endpoint/Authentication/CredentialUses.cs", "client.GetAsync<CredentialUse>("),
        ["list credentialuses"] = ("endpoint/Authentication/CredentialUses.cs", "client.ListAsync<CredentialUse>("),
        ["create credentialuses"] = ("endpoint/Authentication/CredentialUses.cs", "client.CreateAsync("),
        ["delete credentialuses"] = ("endpoint/Authentication/CredentialUses.cs", "client.DeleteAsync<CredentialUse>("),
        ["get secrets"] = ("endpoint/Tokens/TokenKeyStore.cs", "_client.GetAsync<V1Secret>("),
        ["update secrets"] = ("endpoint/Tokens/TokenKeyStore.cs", "_client.UpdateAsync("),
        ["get workloadautoregistrations"] = ("endpoint/Registration/RegistrationStore.cs", "client.GetAsync<WorkloadAutoRegistration>("),
        ["update workloadautoregistrations"] = ("endpoint/Registration/RegistrationStore.cs", "client.UpdateAsync("),
        ["patch workloadautoregistrations"] = ("endpoint/Registration/GroupAdoption.cs", "client.PatchAsync<WorkloadAutoRegistration>("),
        ["patch workloadautoregistrations/status"] = ("endpoint/Rollouts/RolloutController.cs", "client.PatchAsync<WorkloadAutoRegistration>("),
        ["create workloadentries"] = ("endpoint/Registration/RegistrationStore.cs", "V1Patch.Apply("),
        ["update onboardingpolicies/status"] = ("endpoint/Authorization/PolicyStatusWriter.cs", "_client.UpdateStatusAsync("),
        ["create events"] = ("endpoint/Events/EventWriter.cs", "client.CreateAsync("),
        ["get events"] = ("endpoint/Events/EventWriter.cs", "client.GetAsync<CoreV1Event>("),
        ["update events"] = ("endpoint/Events/EventWriter.cs", "client.UpdateAsync("),
        ["delete leases"] = ("endpoint/Sessions/InstanceLease.cs", "client.DeleteAsync<V1Lease>("),

        // A server that enforces permissions on owner references (OpenShift) asks for these; no request of ours names them.
        ["update workloadgroups/finalizers"] = ("endpoint/Registration/RegistrationObjects.cs", "BlockOwnerDeletion"),
        ["update workloadautoregistrations/finalizers"] = ("endpoint/Registration/RegistrationObjects.cs", "BlockOwnerDeletion"),
    };
}
