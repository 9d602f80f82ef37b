namespace Onboarding.Client.Errors;

/// <summary>The stable names of everything that can go wrong on the machine (docs/reference/names.md, "Error ids").</summary>
public static class ErrorIds
{
    /// <summary>A configuration file isn't there.</summary>
    public const string ConfigurationMissing = nameof(ConfigurationMissing);

    /// <summary>A configuration file can't be read.</summary>
    public const string ConfigurationUnreadable = nameof(ConfigurationUnreadable);

    /// <summary>A configuration file was read, but what it says can't be used.</summary>
    public const string ConfigurationInvalid = nameof(ConfigurationInvalid);

    /// <summary>Another process owns the state directory.</summary>
    public const string StateDirectoryInUse = nameof(StateDirectoryInUse);

    /// <summary>Another user could read or replace what the agent keeps in the state directory.</summary>
    public const string StateDirectoryUnsafe = nameof(StateDirectoryUnsafe);

    /// <summary>The state directory can't be made or written.</summary>
    public const string StateDirectoryUnwritable = nameof(StateDirectoryUnwritable);

    /// <summary>The state directory can't be read by the caller.</summary>
    public const string StateDirectoryUnreadable = nameof(StateDirectoryUnreadable);

    /// <summary>The agent's key can't be used as it is.</summary>
    public const string AgentKeyUnusable = nameof(AgentKeyUnusable);

    /// <summary>The endpoint's name doesn't resolve.</summary>
    public const string EndpointUnknownHost = nameof(EndpointUnknownHost);

    /// <summary>Nothing listens at the endpoint's address.</summary>
    public const string EndpointConnectionRefused = nameof(EndpointConnectionRefused);

    /// <summary>The endpoint can't be reached, or the connection broke.</summary>
    public const string EndpointUnreachable = nameof(EndpointUnreachable);

    /// <summary>The endpoint's certificate chains to no trusted root.</summary>
    public const string CertificateNotTrusted = nameof(CertificateNotTrusted);

    /// <summary>The endpoint's certificate is for other names.</summary>
    public const string CertificateNameMismatch = nameof(CertificateNameMismatch);

    /// <summary>The endpoint's certificate isn't valid at this time.</summary>
    public const string CertificateExpired = nameof(CertificateExpired);

    /// <summary><c>tls.caFile</c> can't be used.</summary>
    public const string CertificateAuthorityUnusable = nameof(CertificateAuthorityUnusable);

    /// <summary>The plane asks for a verified certificate and the configuration says not to verify.</summary>
    public const string TransportNotVerified = nameof(TransportNotVerified);

    /// <summary>This machine's clock and the plane's differ too much.</summary>
    public const string ClockOff = nameof(ClockOff);

    /// <summary>The plane said no.</summary>
    public const string PlaneRefused = nameof(PlaneRefused);

    /// <summary>The plane failed, or answered what this agent can't use.</summary>
    public const string PlaneFailed = nameof(PlaneFailed);

    /// <summary>The registration was removed, and the plane said not to come back.</summary>
    public const string RegistrationGone = nameof(RegistrationGone);

    /// <summary>No source gave a credential.</summary>
    public const string NoCredential = nameof(NoCredential);

    /// <summary>The cloud's metadata service can't be reached, or didn't answer in time.</summary>
    public const string MetadataUnreachable = nameof(MetadataUnreachable);

    /// <summary>The cloud's metadata service refused, or answered what this agent can't use.</summary>
    public const string MetadataRefused = nameof(MetadataRefused);

    /// <summary>The plane doesn't accept the kind of credential that this machine has.</summary>
    public const string CredentialNotAccepted = nameof(CredentialNotAccepted);

    /// <summary>A file that a credential is made of isn't there, or can't be used.</summary>
    public const string CredentialFileUnusable = nameof(CredentialFileUnusable);

    /// <summary>The SPIFFE Workload API can't be reached, or gave no SVID.</summary>
    public const string WorkloadApiFailed = nameof(WorkloadApiFailed);

    /// <summary>A plugin isn't there or isn't executable.</summary>
    public const string PluginMissing = nameof(PluginMissing);

    /// <summary>A plugin didn't answer in time.</summary>
    public const string PluginTimeout = nameof(PluginTimeout);

    /// <summary>A plugin's answer isn't what the protocol asks for.</summary>
    public const string PluginAnswerInvalid = nameof(PluginAnswerInvalid);

    /// <summary>A plugin answered more than the protocol allows.</summary>
    public const string PluginAnswerTooLarge = nameof(PluginAnswerTooLarge);

    /// <summary>A plugin's credential is of a type this agent doesn't know.</summary>
    public const string PluginCredentialUnknown = nameof(PluginCredentialUnknown);

    /// <summary>A plugin said that it failed.</summary>
    public const string PluginFailed = nameof(PluginFailed);

    /// <summary>The machine has no address to be reached at.</summary>
    public const string HostAddressMissing = nameof(HostAddressMissing);

    /// <summary>The plane sent an older boot configuration than the one on disk.</summary>
    public const string BootConfigurationStale = nameof(BootConfigurationStale);

    /// <summary>The plane sent a boot configuration that lacks something, or is for another registration.</summary>
    public const string BootConfigurationIncomplete = nameof(BootConfigurationIncomplete);

    /// <summary>The plane sent a boot configuration that would run, trust or resolve what the plane may not decide.</summary>
    public const string BootConfigurationUnsafe = nameof(BootConfigurationUnsafe);

    /// <summary>The boot configuration couldn't be written; the one before is still in force.</summary>
    public const string BootConfigurationNotWritten = nameof(BootConfigurationNotWritten);

    /// <summary>The state directory has no such workload.</summary>
    public const string WorkloadUnknown = nameof(WorkloadUnknown);

    /// <summary>The sidecar's program isn't there.</summary>
    public const string SidecarNotInstalled = nameof(SidecarNotInstalled);

    /// <summary>The sidecar couldn't be started, or ended by itself.</summary>
    public const string SidecarFailed = nameof(SidecarFailed);

    /// <summary>Rules of Istio's redirection are still in force, though no sidecar runs.</summary>
    public const string RedirectionNotRemoved = nameof(RedirectionNotRemoved);

    /// <summary>The sidecar calls itself ready, and has no certificate that is good.</summary>
    public const string SidecarHasNoCertificate = nameof(SidecarHasNoCertificate);

    /// <summary>A directory that the agent shares with the sidecar's user has a link in it.</summary>
    public const string SidecarDirectoryUnsafe = nameof(SidecarDirectoryUnsafe);

    /// <summary>A certificate that Istio didn't write for this machine lies where the sidecar would use it and write over it.</summary>
    public const string ForeignCertificate = nameof(ForeignCertificate);

    /// <summary>This machine isn't in the mesh.</summary>
    public const string NotRegistered = nameof(NotRegistered);

    /// <summary>The agent was told to leave while a caller waited for its join.</summary>
    public const string JoinAbandoned = nameof(JoinAbandoned);

    /// <summary>The running agent is configured for another group or plane than the one asked for.</summary>
    public const string ConfigurationDiffers = nameof(ConfigurationDiffers);

    /// <summary>The agent ended by a fault of its own: a bug.</summary>
    public const string AgentFailed = nameof(AgentFailed);

    /// <summary>No agent answers on the control socket.</summary>
    public const string AgentNotRunning = nameof(AgentNotRunning);

    /// <summary>The caller may not use the control socket.</summary>
    public const string ControlDenied = nameof(ControlDenied);

    /// <summary>The agent answered something that can't be used.</summary>
    public const string ControlFailed = nameof(ControlFailed);

    /// <summary>The agent's service isn't installed.</summary>
    public const string ServiceNotInstalled = nameof(ServiceNotInstalled);

    /// <summary>The agent's service couldn't be started, or doesn't answer.</summary>
    public const string ServiceNotStarted = nameof(ServiceNotStarted);
}
