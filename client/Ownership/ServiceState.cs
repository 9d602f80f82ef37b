namespace Onboarding.Client.Ownership;

/// <summary>What the machine's service manager says of a service.</summary>
public enum ServiceState
{
    /// <summary>There is no such unit, or no service manager.</summary>
    NotInstalled,

    /// <summary>It is there and doesn't run.</summary>
    Stopped,

    /// <summary>It runs, or is being started.</summary>
    Running,
}
