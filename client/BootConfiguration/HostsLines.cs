using System.Net;
using System.Text.RegularExpressions;

namespace Onboarding.Client.BootConfiguration;

/// <summary>
/// The lines for /etc/hosts that a plane sends. They name istiod, and nothing else: with other names a compromised plane would send a
/// machine's connections to any service to itself, and with a text of its own it would end the agent's block early and leave lines behind.
/// </summary>
internal static partial class HostsLines
{
    /// <summary>Adds what is wrong with the lines.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="problems">Takes it.</param>
    public static void Check(string text, ICollection<string> problems)
    {
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > 0 && !IsIstiods(lines[i]))
            {
                problems.Add($"hosts:{i + 1}: is not an address and the name of istiod");
            }
        }
    }

    private static bool IsIstiods(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return space > 0
            && IstiodName().IsMatch(line.AsSpan(space + 1))
            && line[..space].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '%' or '_' or '-')
            && IPAddress.TryParse(line.AsSpan(0, space), out _);
    }

    // istiod[-revision].namespace.svc, as the generator and istioctl write it.
    [GeneratedRegex(@"\Aistiod(-[a-z0-9]([a-z0-9-]*[a-z0-9])?)?\.[a-z0-9]([a-z0-9-]*[a-z0-9])?\.svc\z", RegexOptions.CultureInvariant)]
    private static partial Regex IstiodName();
}
