using Onboarding.Client.Errors;
using Onboarding.Engine.Errors;

namespace Onboarding.Engine.Planes;

/// <summary>The programs of the sample, which come with the endpoint.</summary>
/// <param name="Plugin">The credential plugin.</param>
/// <param name="SidecarProbe">What stands in for Istio's sidecar.</param>
internal sealed record SamplePrograms(string Plugin, string SidecarProbe)
{
    public static SamplePrograms Find(ProgramFinder finder, string endpoint) => new(
        Find(finder, endpoint, "onboarding-agent-sample-jwt-credential-plugin", "samples/jwt-credential-plugin"),
        Find(finder, endpoint, "mesh-sidecar-probe", "mesh-sidecar-probe"));

    private static string Find(ProgramFinder finder, string endpoint, string name, string project) =>
        finder.FindBeside(name, endpoint, project) ?? throw new OnboardingException(
            ModuleErrorIds.SampleNotFound,
            $"The sample needs {name}, which is neither beside {endpoint} nor on PATH.",
            "install the sample beside the endpoint, or put it on PATH; without it: Start-OnboardingPlane");
}
