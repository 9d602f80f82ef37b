namespace Onboarding.Cmdlets;

/// <summary>How a workload is reached.</summary>
public enum MeshConnection
{
    /// <summary>By its address in the private network.</summary>
    Vpc = 1,

    /// <summary>By its public address.</summary>
    Internet = 2,
}
