namespace Onboarding.Testing;

/// <summary>Cases recorded from Istio, beside the repository or where ONBOARDING_ISTIO_DATA says.</summary>
public static class IstioData
{
    /// <summary>Their directory; null if they aren't here.</summary>
    public static string? Directory { get; } = Find();

    /// <summary>Why tests with them are skipped; null if they are here.</summary>
    public static string? WhyMissing => Directory is null
        ? "Istio's recorded cases aren't here: no shared/data/istio above this directory, and ONBOARDING_ISTIO_DATA isn't set"
        : null;

    public static IEnumerable<string> DirectoriesWith(string folder, string file) => Directory is null
        ? []
        : System.IO.Directory.EnumerateFiles(Path.Combine(Directory, folder), file, SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Directory, Path.GetDirectoryName(f)!))
            .Order(StringComparer.Ordinal);

    public static string Text(params string[] path) => File.ReadAllText(Path.Combine([Directory!, .. path]));

    public static string? TextIfAny(params string[] path) => Directory is not null && File.Exists(Path.Combine([Directory, .. path])) ? Text(path) : null;

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("ONBOARDING_ISTIO_DATA") is { Length: > 0 } given)
        {
            return given;
        }

        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "shared", "data", "istio");
            if (System.IO.Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
