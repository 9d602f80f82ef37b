namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>Finds the tables that Istio makes with <c>NATIVE_NFTABLES=true</c>: they are its own, and go as a whole.</summary>
internal static class NftablesTables
{
    private const string Prefix = "istio-proxy-";

    /// <summary>What is in force.</summary>
    /// <param name="tables">What <c>nft list tables</c> printed.</param>
    /// <param name="tool">Path of <c>nft</c>.</param>
    public static IReadOnlyList<RedirectionPart> Find(string tables, string tool) =>
    [
        .. tables.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["table", _, { } name] && name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(words => new RedirectionPart($"nft table {words[1]} {words[2]}", tool, ["delete", "table", words[1], words[2]])),
    ];
}
