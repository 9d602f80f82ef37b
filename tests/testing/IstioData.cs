namespace Onboarding.Testing;

/// <summary>Istio's own golden files, and cases recorded from istioctl: <c>tests/istio</c>, whose README says where each comes from.</summary>
public static class IstioData
{
    /// <summary>Their directory.</summary>
    public static string Directory { get; } = Path.Combine(Repository.Root, "tests", "istio");

    /// <summary>The directories in a folder that hold this file, relative to <see cref="Directory"/>.</summary>
    public static IEnumerable<string> DirectoriesWith(string folder, string file) => System.IO.Directory
        .EnumerateFiles(Path.Combine(Directory, folder), file, SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Directory, Path.GetDirectoryName(f)!))
        .Order(StringComparer.Ordinal);

    public static string Text(params string[] path) => File.ReadAllText(Path.Combine([Directory, .. path]));

    public static string? TextIfAny(params string[] path) => File.Exists(Path.Combine([Directory, .. path])) ? Text(path) : null;
}
