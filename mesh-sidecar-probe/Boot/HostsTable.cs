using System.Net;

namespace Onboarding.SidecarProbe.Boot;

/// <summary>A hosts file: the only place a name is looked up in.</summary>
internal sealed class HostsTable
{
    private readonly Dictionary<string, List<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);

    private HostsTable()
    {
    }

    /// <summary>Lines that aren't an address and names.</summary>
    public List<string> Unreadable { get; } = [];

    public static HostsTable Parse(string text)
    {
        var table = new HostsTable();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (words.Length < 2 || !IPAddress.TryParse(words[0], out IPAddress? address))
            {
                table.Unreadable.Add(line);
                continue;
            }

            foreach (string name in words.Skip(1))
            {
                if (!table._addresses.TryGetValue(name, out List<IPAddress>? addresses))
                {
                    table._addresses.Add(name, addresses = []);
                }

                addresses.Add(address);
            }
        }

        return table;
    }

    /// <summary>The addresses of a name, in the file's order; empty for none.</summary>
    public IReadOnlyList<IPAddress> Find(string host) => _addresses.GetValueOrDefault(host) ?? [];
}
