namespace Onboarding.Client.Errors;

/// <summary>
/// The stable names of what can go wrong with the module's cmdlets, besides what <see cref="Client.Errors.ErrorIds"/> names.
/// about_Onboarding_Errors explains each.
/// </summary>
public static class ModuleErrorIds
{
    /// <summary>No kubeconfig, no such context in it, or it can't be used.</summary>
    public const string ContextNotFound = nameof(ContextNotFound);

    /// <summary>The cluster doesn't answer.</summary>
    public const string ClusterUnreachable = nameof(ClusterUnreachable);

    /// <summary>The cluster doesn't know who asks.</summary>
    public const string ClusterUnauthorized = nameof(ClusterUnauthorized);

    /// <summary>The cluster doesn't let this user do it.</summary>
    public const string ClusterForbidden = nameof(ClusterForbidden);

    /// <summary>The cluster refused what was written.</summary>
    public const string ClusterRefused = nameof(ClusterRefused);

    /// <summary>The cluster doesn't know the kind: Onboarding isn't installed there.</summary>
    public const string PlaneNotInstalled = nameof(PlaneNotInstalled);

    /// <summary>The object changed meanwhile, or another manager owns a field.</summary>
    public const string ClusterConflict = nameof(ClusterConflict);

    /// <summary>A release of Helm owns what was to be installed or removed.</summary>
    public const string PlaneOwnedByHelm = nameof(PlaneOwnedByHelm);

    /// <summary>The cluster has definitions of our kinds that aren't ours.</summary>
    public const string DefinitionsForeign = nameof(DefinitionsForeign);

    /// <summary>The cluster lacks what an installation needs.</summary>
    public const string PrerequisiteMissing = nameof(PrerequisiteMissing);

    /// <summary>Machines are registered: nothing would remove their entries.</summary>
    public const string MembersRegistered = nameof(MembersRegistered);

    /// <summary>The module installed nothing in that namespace.</summary>
    public const string InstallationNotFound = nameof(InstallationNotFound);

    /// <summary>There is no ControlPlane with onboarding in what was to be converted.</summary>
    public const string ControlPlaneMissing = nameof(ControlPlaneMissing);

    /// <summary>The endpoint's program isn't there, or lacks what it needs to run.</summary>
    public const string EndpointNotFound = nameof(EndpointNotFound);

    /// <summary>The endpoint's program didn't get ready.</summary>
    public const string PlaneStartFailed = nameof(PlaneStartFailed);

    /// <summary>This process or another one runs a plane of that name, or on that data directory, already.</summary>
    public const string PlaneAlreadyRunning = nameof(PlaneAlreadyRunning);

    /// <summary>This process runs no plane of that name.</summary>
    public const string PlaneNotFound = nameof(PlaneNotFound);

    /// <summary>A program of the sample isn't there.</summary>
    public const string SampleNotFound = nameof(SampleNotFound);

    /// <summary>The sample couldn't be set up.</summary>
    public const string SampleFailed = nameof(SampleFailed);

    /// <summary>There is no registered workload of that name.</summary>
    public const string MeshWorkloadNotFound = nameof(MeshWorkloadNotFound);

    /// <summary>There is no WorkloadGroup of that name.</summary>
    public const string WorkloadGroupNotFound = nameof(WorkloadGroupNotFound);

    /// <summary>The WorkloadGroup has no labels to select it by.</summary>
    public const string WorkloadGroupUnlabelled = nameof(WorkloadGroupUnlabelled);

    /// <summary>There is no policy of that name.</summary>
    public const string PolicyNotFound = nameof(PolicyNotFound);

    /// <summary>There is a policy of that name already.</summary>
    public const string PolicyExists = nameof(PolicyExists);

    /// <summary>What a policy says can't be used.</summary>
    public const string PolicyInvalid = nameof(PolicyInvalid);

    /// <summary>The file holds no policy.</summary>
    public const string PolicyMissing = nameof(PolicyMissing);

    /// <summary>Members would lose admission.</summary>
    public const string PolicyInUse = nameof(PolicyInUse);

    /// <summary>The groups of a new policy are given in no way, or in two.</summary>
    public const string PolicyGroupsUnclear = nameof(PolicyGroupsUnclear);

    /// <summary>That isn't an identity.</summary>
    public const string IdentityInvalid = nameof(IdentityInvalid);

    /// <summary>No refusal with that correlation id is known.</summary>
    public const string CorrelationIdNotFound = nameof(CorrelationIdNotFound);

    /// <summary>A file is there already.</summary>
    public const string FileExists = nameof(FileExists);

    /// <summary>It took longer than <c>-TimeoutSec</c>.</summary>
    public const string TimedOut = nameof(TimedOut);

    /// <summary>A file or directory isn't there.</summary>
    public const string FileNotFound = nameof(FileNotFound);

    /// <summary>A file or directory can't be read or written.</summary>
    public const string FileUnusable = nameof(FileUnusable);

    /// <summary>A cmdlet about the machine it runs on runs on one that can't join.</summary>
    public const string LinuxOnly = nameof(LinuxOnly);

    /// <summary>This process owns several sessions, and it wasn't said which is meant.</summary>
    public const string SessionAmbiguous = nameof(SessionAmbiguous);

    /// <summary>A secret isn't in a vault, or can't be read.</summary>
    public const string SecretNotFound = nameof(SecretNotFound);

    /// <summary>This machine has no registration of that name.</summary>
    public const string SessionNotFound = nameof(SessionNotFound);

    /// <summary>There is no join token of that name.</summary>
    public const string JoinTokenNotFound = nameof(JoinTokenNotFound);

    /// <summary>There is a join token of that name already.</summary>
    public const string JoinTokenExists = nameof(JoinTokenExists);

    /// <summary>A join token of that name, or for that long, can't be made.</summary>
    public const string JoinTokenInvalid = nameof(JoinTokenInvalid);

    /// <summary>No key is bound for the workload.</summary>
    public const string WorkloadKeyNotFound = nameof(WorkloadKeyNotFound);

    /// <summary>There is a WorkloadGroup of that name already.</summary>
    public const string WorkloadGroupExists = nameof(WorkloadGroupExists);

    /// <summary>What a new WorkloadGroup shall say can't be used.</summary>
    public const string WorkloadGroupInvalid = nameof(WorkloadGroupInvalid);

    /// <summary>The cluster has no OnboardingPlane.</summary>
    public const string PlaneConfigurationNotFound = nameof(PlaneConfigurationNotFound);

    /// <summary>What an OnboardingPlane shall say can't be used, or it isn't clear which is meant.</summary>
    public const string PlaneConfigurationInvalid = nameof(PlaneConfigurationInvalid);

    /// <summary>The plane trusts no such issuer.</summary>
    public const string IssuerNotFound = nameof(IssuerNotFound);

    /// <summary>Something is missing of an audit log.</summary>
    public const string AuditGap = nameof(AuditGap);

    /// <summary>It wasn't said which audit log is meant.</summary>
    public const string AuditLogNotFound = nameof(AuditLogNotFound);

    /// <summary>A fault of the module.</summary>
    public const string UnexpectedFailure = nameof(UnexpectedFailure);
}
