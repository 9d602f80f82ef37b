namespace Onboarding.Testing;

/// <summary>The repository that the tests were built from.</summary>
public static class Repository
{
    /// <summary>Its directory.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Onboarding.slnx")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No Onboarding.slnx above {AppContext.BaseDirectory}.");
    }
}
