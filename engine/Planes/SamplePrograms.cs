using Onboarding.Client.Errors;
using Onboarding.Engine.Errors;

namespace Onboarding.Engine.Planes;

/// <summary>The programs of the sample, which come with the endpoint.</summary>
/// <param name="Plugin">The credential plugin.</param>
/// <param name="SidecarProbe">What stands in for Istio's sidecar.</param>
internal sealed record SamplePrograms(SampleProgram Plugin, SampleProgram SidecarProbe)
{
    /// <summary>Finds them.</summary>
    /// <param name="finder">Where to look.</param>
    /// <param name="endpoint">The endpoint's path.</param>
    /// <exception cref="OnboardingException"><see cref="ModuleErrorIds.SampleNotFound"/>.</exception>
    public static SamplePrograms Find(ProgramFinder finder, string endpoint) => new(
        Find(finder, endpoint, "onboarding-agent-sample-jwt-credential-plugin", "samples/jwt-credential-plugin"),
        Find(finder, endpoint, "mesh-sidecar-probe", "mesh-sidecar-probe"));

    private static SampleProgram Find(ProgramFinder finder, string endpoint, string name, string project)
    {
        string path = finder.FindBeside(name, endpoint, project) ?? throw NotFound($"The sample needs {name}, which is neither beside {endpoint} nor on PATH.");
        return !path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? new SampleProgram(name, path, null)
            : finder.FindDotnet() is { } dotnet ? new SampleProgram(name, path, dotnet)
            : throw NotFound($"The sample needs dotnet to run {path}, and it isn't on PATH.");
    }

    private static OnboardingException NotFound(string message) => new(
        ModuleErrorIds.SampleNotFound,
        message,
        "take an endpoint that brings the sample (dotnet tool install --global Onboarding.Endpoint); without the sample: Start-OnboardingPlane");
}
