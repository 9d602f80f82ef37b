namespace Onboarding.SidecarProbe.Boot;

/// <summary>Something a sidecar could not start with.</summary>
/// <param name="Check">Id of the check that found it.</param>
/// <param name="File">File it is in.</param>
/// <param name="Value">Variable, field or other value that is missing or wrong.</param>
/// <param name="Message">What is wrong with it. Never holds a secret.</param>
internal sealed record BootProblem(string Check, string File, string Value, string Message);

/// <summary>Talking to istiod showed that a value of the boot configuration is wrong.</summary>
internal sealed class BootProblemException(BootProblem problem, Exception? inner = null) : Exception(problem.Message, inner)
{
    public BootProblem Problem { get; } = problem;
}

/// <summary>Looks at one thing in a boot configuration.</summary>
internal interface IBootCheck
{
    /// <summary>Everything it finds wrong.</summary>
    IEnumerable<BootProblem> Check(BootContents boot);
}
