using Onboarding.Client.Errors;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Errors;

/// <summary>What a refusal or silence of the Kubernetes API means to the person at the prompt.</summary>
internal static class ClusterFailure
{
    public static Failure FromException(KubernetesException e) => e switch
    {
        { IsUnreachable: true } => new Failure(
            ModuleErrorIds.ClusterUnreachable, FailureKind.Unreachable, e.Message, "check the server and the way to it: kubectl get --raw /readyz"),
        { Reason: StatusReason.Unauthorized } => new Failure(
            ModuleErrorIds.ClusterUnauthorized, FailureKind.Unauthenticated, e.Message, "log in again, or choose another context: Connect-OnboardingPlane -Context NAME"),
        { Reason: StatusReason.Forbidden } => new Failure(
            ModuleErrorIds.ClusterForbidden, FailureKind.Denied, e.Message, "ask for a role that allows it; what you may do: kubectl auth can-i --list"),
        { IsConflict: true } or { IsAlreadyExists: true } => new Failure(
            ModuleErrorIds.ClusterConflict, FailureKind.InUse, e.Message, "read the object again and repeat; to take over fields of another manager: -Force"),
        { IsNotFound: true } when e.Status.Details?.Name is null => new Failure(
            ModuleErrorIds.PlaneNotInstalled, FailureKind.NotInstalled, e.Message, "install Onboarding into this cluster (kubectl apply -f deploy/crds), or choose another context: Connect-OnboardingPlane -Context NAME"),
        _ => new Failure(
            ModuleErrorIds.ClusterRefused, e.IsNotFound ? FailureKind.NotFound : FailureKind.Invalid, e.Message, "see what is stored: kubectl get onboardingpolicies,war -A"),
    };
}
