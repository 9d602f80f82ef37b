namespace Onboarding.Laptop.Planes;

/// <summary>Finds the programs that the module starts but doesn't carry.</summary>
internal sealed class ProgramFinder(Func<string, string?> variable)
{
    private const string Lab = "onboarding-lab";

    // Of the .NET tool; the store has it in lower case.
    private const string Package = "onboarding.lab";

    public static ProgramFinder Default { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The plane in one program: the given path, <c>ONBOARDING_ENDPOINT</c>, PATH, the .NET tools of the user.</summary>
    /// <param name="given">A path; null if not given. It may name <c>onboarding-endpoint</c>, too, which lies beside it.</param>
    /// <returns>A program, or a <c>.dll</c> that dotnet runs; null if there is none.</returns>
    public string? FindLab(string? given)
    {
        if (Told(given) is not null)
        {
            // What was told and isn't there is a mistake, not a reason to take another.
            return FindTold(given) is not { } told ? null : IsEndpoint(told) ? FindBeside(Lab, told, "lab") : told;
        }

        return OnPath(Lab) ?? OnPath($"{Lab}.dll") ?? InTools(Lab);
    }

    /// <summary>What was named as the program; null if nothing was, or it isn't there.</summary>
    public string? FindTold(string? given) => Told(given) is { } told && File.Exists(told) ? Path.GetFullPath(told) : null;

    /// <summary>A program that comes with another: beside it, in the .NET tool that it is, on PATH, or where this repository built both.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="other">The other's path.</param>
    /// <param name="project">The folder of its project in the repository.</param>
    /// <returns>A program, or a <c>.dll</c> that dotnet runs; null if there is none.</returns>
    public string? FindBeside(string name, string other, string project)
    {
        string directory = Path.GetDirectoryName(other)!;
        return Existing(directory, name) ?? Existing(directory, $"{name}.dll") ?? InTool(other, name) ?? OnPath(name) ?? InCheckout(directory, name, project);
    }

    /// <summary>The dotnet that runs a <c>.dll</c>; null if there is none.</summary>
    public string? FindDotnet() =>
        OnPath("dotnet") ?? (variable("DOTNET_ROOT") is { Length: > 0 } root ? Existing(root, "dotnet") : null);

    /// <summary>A program on PATH.</summary>
    public string? OnPath(string name) =>
        (variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Existing(directory, name))
            .FirstOrDefault(path => path is not null);

    private string? Told(string? given) => (given ?? variable("ONBOARDING_ENDPOINT")) is { Length: > 0 } told ? told : null;

    private static bool IsEndpoint(string program) => Path.GetFileName(program) is "onboarding-endpoint" or "onboarding-endpoint.dll" or "onboarding-endpoint.exe";

    private string? InTools(string name) =>
        variable("HOME") is { Length: > 0 } home ? Existing(Path.Combine(home, ".dotnet", "tools"), name) : null;

    // What is on PATH is a launcher; the tool itself, and what came in its package, is in the store beside the launcher.
    private static string? InTool(string program, string name)
    {
        string launcher = File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program;
        string store = Path.Combine(Path.GetDirectoryName(launcher)!, ".store", Package);
        return Directory.Exists(store)
            ? Directory.EnumerateFiles(store, $"{name}.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
    }

    // bin/<configuration>/<framework>, the same for all projects.
    private static string? InCheckout(string directory, string name, string project)
    {
        string[] parts = directory.Split(Path.DirectorySeparatorChar);
        return parts is [.., _, "bin", var configuration, var framework]
            ? Existing(Path.Combine([Path.GetFullPath(Path.Combine(directory, "..", "..", "..", "..")), .. project.Split('/'), "bin", configuration, framework]), name)
            : null;
    }

    private static string? Existing(string directory, string name)
    {
        string path = Path.Combine(directory, name);
        return File.Exists(path) ? path : OperatingSystem.IsWindows() && File.Exists($"{path}.exe") ? $"{path}.exe" : null;
    }
}
