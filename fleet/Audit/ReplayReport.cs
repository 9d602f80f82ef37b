using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Onboarding.Fleet.Audit;

/// <summary>What a policy change would have done to a fleet, for people and for CI.</summary>
/// <param name="decisions">The latest decision about each machine, made again.</param>
/// <param name="file">The file with the policies, as CI shows it; null for the policies in force.</param>
public sealed class ReplayReport(IReadOnlyCollection<ReplayedDecision> decisions, string? file)
{
    private const string RefusedRule = "machine-would-be-refused";
    private const string AdmittedRule = "machine-would-be-admitted";

    /// <summary>Machines that were admitted and wouldn't be.</summary>
    public IReadOnlyList<ReplayedDecision> Refused { get; } = [.. decisions.Where(d => d is { WasAdmitted: true, IsAdmitted: false })];

    /// <summary>Machines that were refused and would be admitted.</summary>
    public IReadOnlyList<ReplayedDecision> Admitted { get; } = [.. decisions.Where(d => d is { WasAdmitted: false, IsAdmitted: true })];

    /// <summary>"3 of 812 machines would be refused".</summary>
    public string Summary =>
        $"{Refused.Count} of {decisions.Count} {(decisions.Count == 1 ? "machine" : "machines")} would be refused, {Admitted.Count} that {(Admitted.Count == 1 ? "was" : "were")} refused would be admitted";

    /// <summary>The latest decision of each machine and group: what it would be told if it asked now.</summary>
    /// <param name="decisions">All of them, in the order of the log.</param>
    public static IReadOnlyCollection<ReplayedDecision> Latest(IEnumerable<ReplayedDecision> decisions)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        var latest = new Dictionary<(string, string, string), ReplayedDecision>();
        foreach (ReplayedDecision decision in decisions)
        {
            latest[(decision.Namespace, decision.Group, decision.IdentityJson)] = decision;
        }

        return latest.Values;
    }

    /// <summary>JUnit: one case for each machine, failed if it would be refused.</summary>
    public string ToJUnit()
    {
        var suite = new XElement(
            "testsuite",
            new XAttribute("name", "Onboarding policies against history"),
            new XAttribute("tests", decisions.Count),
            new XAttribute("failures", Refused.Count),
            decisions.Select(d => new XElement(
                "testcase",
                new XAttribute("classname", Xml($"{d.Namespace}.{d.Group}")),
                new XAttribute("name", Xml(d.Subject)),
                d is { WasAdmitted: true, IsAdmitted: false } ? new XElement("failure", new XAttribute("message", Xml(Explain(d)))) : null)));
        return new XDocument(new XDeclaration("1.0", "utf-8", null), new XElement("testsuites", suite)) is var document
            ? $"{document.Declaration}\n{document}"
            : "";
    }

    /// <summary>SARIF 2.1.0: one result for each machine whose answer changes.</summary>
    public string ToSarif() => new JsonObject
    {
        ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
        ["version"] = "2.1.0",
        ["runs"] = new JsonArray(new JsonObject
        {
            ["tool"] = new JsonObject
            {
                ["driver"] = new JsonObject
                {
                    ["name"] = "Test-WorkloadGroupPolicy",
                    ["informationUri"] = "https://onboarding.tetrate.io/docs/cmdlets/Test-WorkloadGroupPolicy",
                    ["rules"] = new JsonArray(Rule(RefusedRule, "A machine that was admitted would be refused."), Rule(AdmittedRule, "A machine that was refused would be admitted.")),
                },
            },
            ["results"] = new JsonArray([.. Refused.Select(d => Result(RefusedRule, "error", d)), .. Admitted.Select(d => Result(AdmittedRule, "warning", d))]),
        }),
    }.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });

    /// <summary>Workflow commands of GitHub Actions: annotations of a pull request, and the summary.</summary>
    public IReadOnlyList<string> ToGitHub() =>
    [
        .. Refused.Select(d => $"::error {Place()}title=A machine would be refused::{Command(Explain(d))}"),
        .. Admitted.Select(d => $"::warning {Place()}title=A machine would be admitted::{Command(Explain(d))}"),
        $"::notice {Place()}title=Policies against history::{Command(Summary)}",
    ];

    private static JsonObject Rule(string id, string text) => new() { ["id"] = id, ["shortDescription"] = new JsonObject { ["text"] = text } };

    private JsonObject Result(string rule, string level, ReplayedDecision decision) => new JsonObject
    {
        ["ruleId"] = rule,
        ["level"] = level,
        ["message"] = new JsonObject { ["text"] = Explain(decision) },
        ["locations"] = new JsonArray(new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject { ["uri"] = Uri.EscapeDataString(file ?? "policies").Replace("%2F", "/", StringComparison.Ordinal) },
                ["region"] = new JsonObject { ["startLine"] = 1 },
            },
        }),
    };

    private static string Explain(ReplayedDecision d) => d.IsAdmitted
        ? $"{d.Subject} would be admitted to {d.Namespace}/{d.Group} by policy {d.Policy} rule {d.Rule}; it was refused at {d.Entry.Time:u} ({d.Entry.CorrelationId})"
        : $"{d.Subject} would be refused by {d.Namespace}/{d.Group}: {d.Why} It was admitted at {d.Entry.Time:u} ({d.Entry.CorrelationId})";

    private string Place() => file is null ? "" : $"file={Property(file)},line=1,";

    // Attack: a machine's name that ends the command and begins another, such as ::add-mask or ::set-env.
    private static string Command(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Command(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    // What XML can't hold at all; the rest is escaped by its writer.
    private static string Xml(string text) => string.Concat(text.Select(c => System.Xml.XmlConvert.IsXmlChar(c) ? c : '\uFFFD'));
}
