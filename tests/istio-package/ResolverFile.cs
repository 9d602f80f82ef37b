using System.Net;

namespace Onboarding.Tests.IstioPackage;

/// <summary>The machine's <c>/etc/resolv.conf</c>.</summary>
internal static class ResolverFile
{
    private const string Path = "/etc/resolv.conf";

    public static IReadOnlyList<IPAddress> Servers() => !File.Exists(Path) ? [] :
    [
        .. File.ReadLines(Path)
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", _, ..])
            .Select(words => IPAddress.Parse(words[1])),
    ];
}
