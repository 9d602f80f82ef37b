namespace Onboarding.Cmdlets;

/// <summary>Who shall own this machine's session with the plane.</summary>
public enum MeshSessionOwner
{
    /// <summary>The agent service where there is one, else this process.</summary>
    Auto,

    /// <summary>The agent service; it is a failure if there is none.</summary>
    Service,

    /// <summary>This process.</summary>
    Process,
}
