using System.Text.RegularExpressions;

namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>Finds how Istio routes marked packets to the machine itself where it intercepts with TPROXY.</summary>
internal static partial class PolicyRoutes
{
    // Istio's default of ISTIO_INBOUND_TPROXY_ROUTE_TABLE. The mark, 1337, is the same in each table.
    private const string DefaultTable = "133";
    private const string Mark = "0x539";

    /// <summary>The tables that packets with Istio's mark are looked up in.</summary>
    /// <param name="rules">What <c>ip rule show</c> printed.</param>
    public static IReadOnlyList<string> Tables(string rules) =>
        [.. MarkedRule().Matches(rules).Select(match => match.Groups["table"].Value).Distinct()];

    /// <summary>
    /// True if a table is Istio's: the default one, or one that holds the one route that Istio makes and nothing else. An administrator
    /// can have chosen another number, and others can use the mark.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="routes">What <c>ip route show table</c> printed.</param>
    public static bool IsIstios(string table, string routes) => table == DefaultTable || OnlyRoute().IsMatch(routes);

    /// <summary>What is in force: each rule, and with it the route in its table.</summary>
    /// <param name="rules">What <c>ip rule show</c> printed.</param>
    /// <param name="tables">The tables that are Istio's.</param>
    /// <param name="family"><c>-4</c> or <c>-6</c>.</param>
    /// <param name="tool">Path of <c>ip</c>.</param>
    public static IReadOnlyList<RedirectionPart> Find(string rules, IReadOnlyList<string> tables, string family, string tool) =>
    [
        .. tables.SelectMany(table => (RedirectionPart[])
        [
            new RedirectionPart($"ip route of table {table}", tool, [family, "route", "del", "local", "default", "dev", "lo", "table", table]),
            .. Enumerable.Repeat(
                new RedirectionPart($"ip rule fwmark {Mark} lookup {table}", tool, [family, "rule", "del", "fwmark", Mark, "lookup", table]),
                MarkedRule().Matches(rules).Count(match => match.Groups["table"].Value == table)),
        ]),
    ];

    [GeneratedRegex($@"fwmark {Mark} lookup (?<table>\w+)\s*$", RegexOptions.Multiline)]
    private static partial Regex MarkedRule();

    [GeneratedRegex(@"\A\s*local default dev lo[^\n]*\s*\z")]
    private static partial Regex OnlyRoute();
}
