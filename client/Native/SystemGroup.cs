using System.Globalization;

namespace Onboarding.Client.Native;

/// <summary>Groups of this machine. Read from the file: the package makes the group there, and a directory service must not.</summary>
internal static class SystemGroup
{
    /// <summary>The id of a group; null if there is none of that name.</summary>
    public static uint? IdOf(string name, string file = "/etc/group") =>
        Find(name, file) is { } fields && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out uint id) ? id : null;

    /// <summary>Users that the group's line names; whose main group it is isn't said there.</summary>
    public static string[] MembersOf(string name, string file = "/etc/group") =>
        Find(name, file) is { Length: > 3 } fields ? fields[3].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];

    private static string[]? Find(string name, string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        return File.ReadLines(file).Select(line => line.Split(':')).FirstOrDefault(f => f.Length >= 3 && f[0] == name);
    }
}
