using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Laptop.Planes;

/// <summary>What a plane on this machine is called: by the directory it keeps its data in.</summary>
internal static class PlaneName
{
    private const int DigestBytes = 3;

    /// <summary>The name of a plane; the last part of its directory, and more where another plane has that name.</summary>
    /// <param name="dataDirectory">Where it keeps its data.</param>
    /// <param name="directoryOf">Data directory of a plane that runs, by its name; null if none of that name does.</param>
    public static string ForDirectory(string dataDirectory, Func<string, string?> directoryOf)
    {
        string directory = Normal(dataDirectory);
        string name = Path.GetFileName(directory);
        if (directoryOf(name) is not { } taken || Normal(taken) == directory)
        {
            return name;
        }

        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(directory));
        return $"{name}-{Convert.ToHexStringLower(digest.AsSpan(0, DigestBytes))}";
    }

    private static string Normal(string directory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
}
