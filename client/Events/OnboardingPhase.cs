namespace Onboarding.Client.Events;

/// <summary>
/// The steps of a workload's way into the mesh and out of it. The number is the event id of the step's log line, and stays.
/// </summary>
public enum OnboardingPhase
{
    /// <summary>The agent's key is there.</summary>
    KeyReady = 5001,

    /// <summary>The key on disk was made on another machine, and was replaced.</summary>
    KeyReplaced = 5002,

    /// <summary>The configuration says not to verify the plane's certificate.</summary>
    InsecureTransport = 5003,

    /// <summary>The plane answered.</summary>
    PlaneFound = 5004,

    /// <summary>A source gave a credential.</summary>
    CredentialObtained = 5005,

    /// <summary>A policy admits the workload.</summary>
    Authorized = 5006,

    /// <summary>The workload's records are in the cluster.</summary>
    Registered = 5007,

    /// <summary>The session with the plane is established.</summary>
    Connected = 5008,

    /// <summary>A boot configuration is on disk and in force.</summary>
    BootConfigurationWritten = 5009,

    /// <summary>The plane renewed the sidecar's token for the control plane.</summary>
    IstioTokenRenewed = 5010,

    /// <summary>The sidecar's process runs.</summary>
    SidecarStarted = 5011,

    /// <summary>The sidecar says that it is ready: the workload is in the mesh.</summary>
    SidecarReady = 5012,

    /// <summary>The onboarding token was renewed with a fresh credential.</summary>
    TokenRenewed = 5013,

    /// <summary>The plane sent the agent to another instance.</summary>
    Relocating = 5014,

    /// <summary>A boot configuration that restarts the sidecar waits for its turn in a rollout.</summary>
    BootConfigurationPending = 5015,

    /// <summary>Hosts changed under the running sidecar.</summary>
    HostsWritten = 5016,

    /// <summary>The istio-token is about to expire, or has, and the plane hasn't renewed it.</summary>
    IstioTokenExpiring = 5017,

    /// <summary>The onboarding token couldn't be renewed in the session; the agent tries again while the session lasts.</summary>
    RenewalFailed = 5018,

    /// <summary>The host has another address, and the plane knows it.</summary>
    AddressChanged = 5019,

    /// <summary>The session ended without being meant to.</summary>
    Disconnected = 5020,

    /// <summary>The plane said no; the agent asks again.</summary>
    Refused = 5021,

    /// <summary>Something failed; the agent tries again.</summary>
    AttemptFailed = 5022,

    /// <summary>A boot configuration couldn't be put in force; the one before still is.</summary>
    BootConfigurationFailed = 5023,

    /// <summary>The sidecar can't be started, or ended by itself; the agent starts it again.</summary>
    SidecarFailed = 5024,

    /// <summary>The workload's record was removed from the cluster.</summary>
    RegistrationGone = 5025,

    /// <summary>The sidecar has ended, but something of it is left on the machine.</summary>
    MachineNotRestored = 5026,

    /// <summary>The sidecar starts, but something on this machine won't work with it as people expect.</summary>
    SidecarNotice = 5027,

    /// <summary>The plane has refused the machine for its grace period, and the sidecar is taken down for it.</summary>
    RefusedForGood = 5028,

    /// <summary>What is on the disk belongs to another key's machine, and is removed.</summary>
    StateDiscarded = 5029,

    /// <summary>The agent was told to stop.</summary>
    Leaving = 5030,

    /// <summary>The workload's records are gone from the cluster.</summary>
    Unregistered = 5031,

    /// <summary>Could not unregister from the plane.</summary>
    UnregisterFailed = 5032,

    /// <summary>The sidecar serves on, so that its clients learn that it leaves.</summary>
    Draining = 5033,

    /// <summary>The sidecar has ended.</summary>
    SidecarStopped = 5034,

    /// <summary>Boot configuration and token are removed; the key is kept.</summary>
    Left = 5035,

    /// <summary>The host has another address, and the plane couldn't be told; the agent tries again.</summary>
    AddressNotTold = 5036,

    /// <summary>The platform takes the machine away; the agent leaves before.</summary>
    DepartureNoticed = 5037,

    /// <summary>The platform's notice is gone and the machine still here; the agent joins again.</summary>
    DepartureCancelled = 5038,

    /// <summary>The platform couldn't be asked whether it takes the machine away, or told that it is out; the agent tries again.</summary>
    NoticesUnread = 5039,

    /// <summary>The machine's traffic goes to the sidecar.</summary>
    TrafficCaptured = 5040,

    /// <summary>The sidecar was not ready for too long, and the machine's traffic goes past it.</summary>
    TrafficReleased = 5041,

    /// <summary>The sidecar's package on the disk is another one than the sidecar was started from.</summary>
    PackageReplaced = 5042,

    /// <summary>The sidecar wasn't ready on its new package, and runs on the programs of before.</summary>
    PackageRefused = 5043,
}
