using Onboarding.Client.Errors;

namespace Onboarding.Fleet.Errors;

/// <summary>What sort of failure each error id is.</summary>
internal static class FailureKinds
{
    public static FailureKind FromErrorId(string errorId) => errorId switch
    {
        _ when errorId.EndsWith("NotFound", StringComparison.Ordinal) => FailureKind.NotFound,
        _ when errorId.EndsWith("InUse", StringComparison.Ordinal) => FailureKind.InUse,
        _ when errorId.EndsWith("Denied", StringComparison.Ordinal) => FailureKind.Denied,
        _ when errorId.EndsWith("Invalid", StringComparison.Ordinal) => FailureKind.Invalid,
        _ when errorId.EndsWith("NotInstalled", StringComparison.Ordinal) => FailureKind.NotInstalled,
        _ when errorId.EndsWith("Timeout", StringComparison.Ordinal) => FailureKind.TimedOut,
        ErrorIds.ConfigurationMissing or ErrorIds.PluginMissing => FailureKind.NotFound,
        ErrorIds.ConfigurationUnreadable or ErrorIds.StateDirectoryUnwritable => FailureKind.Denied,
        ErrorIds.PlaneRefused => FailureKind.Denied,
        ErrorIds.PlaneFailed => FailureKind.Unavailable,
        ErrorIds.NoCredential or ErrorIds.CertificateNotTrusted or ErrorIds.CertificateNameMismatch or ErrorIds.CertificateExpired => FailureKind.Unauthenticated,
        ErrorIds.NotRegistered or ErrorIds.ConfigurationDiffers => FailureKind.Inapplicable,
        ErrorIds.AgentNotRunning or ErrorIds.EndpointUnknownHost or ErrorIds.EndpointConnectionRefused or ErrorIds.EndpointUnreachable => FailureKind.Unreachable,
        ModuleErrorIds.PlaneAlreadyRunning or ModuleErrorIds.PolicyExists or ModuleErrorIds.FileExists
            or ModuleErrorIds.JoinTokenExists or ModuleErrorIds.WorkloadGroupExists => FailureKind.InUse,
        ModuleErrorIds.PlaneOwnedByHelm or ModuleErrorIds.DefinitionsForeign => FailureKind.InUse,
        ModuleErrorIds.PrerequisiteMissing => FailureKind.NotInstalled,
        ModuleErrorIds.MembersRegistered => FailureKind.Inapplicable,
        ModuleErrorIds.PolicyMissing or ModuleErrorIds.ControlPlaneMissing => FailureKind.NotFound,
        ModuleErrorIds.AuditGap => FailureKind.Unavailable,
        ModuleErrorIds.PolicyGroupsUnclear => FailureKind.Invalid,
        ModuleErrorIds.WorkloadGroupUnlabelled => FailureKind.Inapplicable,
        ModuleErrorIds.TimedOut => FailureKind.TimedOut,
        _ => FailureKind.NotSpecified,
    };
}
