namespace Onboarding.SidecarProbe.Boot;

/// <summary>Looks at one thing in a boot configuration.</summary>
internal interface IBootCheck
{
    /// <summary>Everything it finds wrong.</summary>
    IEnumerable<BootProblem> Check(BootContents boot);
}
