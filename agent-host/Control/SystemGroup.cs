using System.Globalization;

namespace Onboarding.AgentHost.Control;

/// <summary>Groups of this machine. Read from the file: the package makes the group there, and a directory service must not.</summary>
internal static class SystemGroup
{
    /// <summary>The id of a group; null if there is none of that name.</summary>
    public static uint? IdOf(string name, string file = "/etc/group")
    {
        if (!File.Exists(file))
        {
            return null;
        }

        string[]? fields = File.ReadLines(file).Select(line => line.Split(':')).FirstOrDefault(f => f.Length >= 3 && f[0] == name);
        return fields is not null && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out uint id) ? id : null;
    }
}
