using System.Globalization;
using System.Net;

namespace Onboarding.Client.HostInformation;

/// <summary>
/// IPv6 addresses that go away by themselves or aren't the host's yet, by the kernel's flags (<c>IFA_F_*</c>): temporary (RFC 8981), deprecated,
/// and those whose uniqueness isn't known or was found wanting. A peer that is told one loses its connections with it.
/// </summary>
internal static class UnstableAddresses
{
    private const string Table = "/proc/net/if_inet6";
    private const int Temporary = 0x01;
    private const int Duplicate = 0x08;
    private const int Deprecated = 0x20;
    private const int Tentative = 0x40;

    /// <summary>This host's; none where the kernel doesn't tell.</summary>
    public static IReadOnlySet<IPAddress> Read()
    {
        try
        {
            return Parse(File.ReadLines(Table));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new HashSet<IPAddress>();
        }
    }

    /// <summary>Reads the kernel's table: address, index, prefix, scope, flags and name of each.</summary>
    /// <param name="lines">Its lines.</param>
    public static IReadOnlySet<IPAddress> Parse(IEnumerable<string> lines)
    {
        var unstable = new HashSet<IPAddress>();
        foreach (string line in lines)
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts is [{ Length: 32 } address, _, _, _, { } text, ..]
                && int.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int flags)
                && (flags & (Temporary | Duplicate | Deprecated | Tentative)) != 0)
            {
                unstable.Add(new IPAddress(Convert.FromHexString(address)));
            }
        }

        return unstable;
    }
}
