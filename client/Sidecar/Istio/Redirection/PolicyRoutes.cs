namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>Finds how Istio routes marked packets to the machine itself where it intercepts with TPROXY.</summary>
internal static class PolicyRoutes
{
    // Istio's defaults of INBOUND_TPROXY_MARK and ISTIO_INBOUND_TPROXY_ROUTE_TABLE.
    private const string Mark = "0x539";
    private const string Table = "133";

    /// <summary>What is in force: each rule, and with it the route in its table.</summary>
    /// <param name="rules">What <c>ip rule show</c> printed.</param>
    /// <param name="family"><c>-4</c> or <c>-6</c>.</param>
    /// <param name="tool">Path of <c>ip</c>.</param>
    public static IReadOnlyList<RedirectionPart> Find(string rules, string family, string tool)
    {
        int count = rules.Split('\n').Count(line => line.TrimEnd().EndsWith($"fwmark {Mark} lookup {Table}", StringComparison.Ordinal));
        if (count == 0)
        {
            return [];
        }

        return
        [
            new RedirectionPart($"ip route of table {Table}", tool, [family, "route", "del", "local", "default", "dev", "lo", "table", Table]),
            .. Enumerable.Repeat(
                new RedirectionPart($"ip rule fwmark {Mark} lookup {Table}", tool, [family, "rule", "del", "fwmark", Mark, "lookup", Table]), count),
        ];
    }
}
