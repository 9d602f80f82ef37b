using Onboarding.Client.Errors;

namespace Onboarding.Laptop.Planes;

/// <summary>The programs of the sample, which come with the plane.</summary>
/// <param name="Plugin">The credential plugin.</param>
/// <param name="SidecarProbe">What replaces Istio's sidecar.</param>
internal sealed record SamplePrograms(SampleProgram Plugin, SampleProgram SidecarProbe)
{
    /// <summary>Finds them.</summary>
    /// <param name="finder">Where to look.</param>
    /// <param name="plane">Path of the plane's program.</param>
    /// <exception cref="OnboardingException"><see cref="ModuleErrorIds.SampleNotFound"/>.</exception>
    public static SamplePrograms Find(ProgramFinder finder, string plane) => new(
        Find(finder, plane, "onboarding-agent-sample-jwt-credential-plugin", "samples/jwt-credential-plugin"),
        Find(finder, plane, "mesh-sidecar-probe", "mesh-sidecar-probe"));

    private static SampleProgram Find(ProgramFinder finder, string plane, string name, string project)
    {
        string path = finder.FindBeside(name, plane, project) ?? throw NotFound($"The sample needs {name}, which is neither beside {plane} nor on PATH.");
        return !path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? new SampleProgram(name, path, null)
            : finder.FindDotnet() is { } dotnet ? new SampleProgram(name, path, dotnet)
            : throw NotFound($"The sample needs dotnet to run {path}, and it isn't on PATH.");
    }

    private static OnboardingException NotFound(string message) => new(
        ModuleErrorIds.SampleNotFound,
        message,
        "build it in a checkout of the sources (dotnet build samples/jwt-credential-plugin; dotnet build mesh-sidecar-probe); without the sample: Start-OnboardingPlane");
}
