namespace Onboarding.Client.Ownership;

/// <summary>Who shall own this machine's session.</summary>
public enum SessionPreference
{
    /// <summary>The agent service where there is one, else this process.</summary>
    Auto,

    /// <summary>The agent service; it is a failure if there is none.</summary>
    Service,

    /// <summary>This process, whatever is installed.</summary>
    Process,
}
