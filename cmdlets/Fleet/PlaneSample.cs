namespace Onboarding.Cmdlets;

/// <summary>What can be put into a plane to look at.</summary>
public enum PlaneSample
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Bookinfo's ratings service, to be joined by this machine.</summary>
    Bookinfo = 1,
}
