namespace Onboarding.SidecarProbe.Boot;

/// <summary>Talking to istiod showed that a value of the boot configuration is wrong.</summary>
internal sealed class BootProblemException(BootProblem problem, Exception? inner = null) : Exception(problem.Message, inner)
{
    public BootProblem Problem { get; } = problem;
}
