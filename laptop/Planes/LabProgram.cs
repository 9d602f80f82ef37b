using System.ComponentModel;
using System.Diagnostics;
using Onboarding.Client.Errors;

namespace Onboarding.Laptop.Planes;

/// <summary>The program that is a whole plane: a server, which no PowerShell process can load.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Command">What is started.</param>
/// <param name="Arguments">What comes before the program's own arguments.</param>
internal sealed record LabProgram(string Path, string Command, IReadOnlyList<string> Arguments)
{
    private const string Install =
        "build it in a checkout of the sources (dotnet build lab), and say where it is: -EndpointPath, or $env:ONBOARDING_ENDPOINT";

    /// <summary>Finds it.</summary>
    /// <param name="finder">Where to look.</param>
    /// <param name="given"><c>-EndpointPath</c>.</param>
    /// <exception cref="OnboardingException">There is none that could run.</exception>
    public static LabProgram Find(ProgramFinder finder, string? given)
    {
        string path = finder.FindLab(given) ?? throw NotFound(
            finder.FindTold(given) is { } endpoint ? $"{endpoint} serves a cluster and brings none, and there is no onboarding-lab beside it or on PATH."
            : given is not null ? $"There is no program at {given}."
            : Environment.GetEnvironmentVariable("ONBOARDING_ENDPOINT") is { Length: > 0 } told ? $"ONBOARDING_ENDPOINT says {told}, which isn't there."
            : "There is no onboarding-lab on PATH.");
        if (!path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
        {
            return new LabProgram(path, path, []);
        }

        string dotnet = finder.FindDotnet() ?? throw NotFound($"{path} needs dotnet, which isn't on PATH.");
        return HasAspNetCore(dotnet)
            ? new LabProgram(path, dotnet, [path])
            : throw NotFound($"{path} needs ASP.NET Core 10, which {dotnet} doesn't have.");
    }

    private static OnboardingException NotFound(string message) => new(ModuleErrorIds.EndpointNotFound, message, Install);

    private static bool HasAspNetCore(string dotnet)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(dotnet, "--list-runtimes") { RedirectStandardOutput = true })!;
            string runtimes = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return runtimes.Contains("Microsoft.AspNetCore.App 10.", StringComparison.Ordinal);
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
