using Onboarding.Client.Errors;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Checks.Machine;

/// <summary>The sidecar's program is installed.</summary>
internal sealed class SidecarProgramCheck : IOnboardingCheck
{
    public string Category => "Sidecar";

    public string Name => "sidecar program";

    public IReadOnlyList<string> DependsOn => [];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        string path = context.Sidecar.Path;
        return Executables.IsExecutable(path)
            ? CheckOutcome.Pass($"{context.Sidecar.Kind} at {path}, version {await context.Sidecar.ReadVersionAsync(cancellationToken)}")
            : CheckOutcome.Fail(
                ErrorIds.SidecarNotInstalled, $"There is no executable {path}.", $"ls -l {path}; then install the package istio-sidecar, or correct sidecar.command.path");
    }
}
