using System.Diagnostics;
using System.Text.RegularExpressions;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Telemetry;

/// <summary>What deploy/telemetry asks Prometheus: names that exist, alerts that fire.</summary>
public sealed partial class AlertTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "telemetry");
    private static readonly string Cases = Path.Combine(Repository.Root, "tests", "integration", "Telemetry", "alert-cases.yaml");

    [Fact]
    public async Task Each_alert_fires_in_its_case_and_none_in_peace()
    {
        Capability.Promtool.Require();
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["rules.yaml"], Spec);
        File.Copy(Cases, directory["alert-cases.yaml"]);
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["test", "rules", directory["alert-cases.yaml"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        promtool.ExitCode.ShouldBe(0, output + await errors);
    }

    [Fact]
    public void Each_alert_has_a_case_in_peace_and_one_in_which_it_fires()
    {
        string cases = File.ReadAllText(Cases);

        string docs = File.ReadAllText(Path.Combine(Repository.Root, "docs", "telemetry.md"));
        string[] alerts = [.. AlertNames().Matches(Spec).Select(m => m.Groups["name"].Value)];
        alerts.Length.ShouldBeGreaterThan(10);
        foreach (string alert in alerts)
        {
            cases.ShouldContain($"{{alertname: {alert}, eval_time:");
            cases.ShouldContain($"ALERTS{{alertname=\"{alert}\", alertstate=\"firing\"}}");
            docs.ShouldContain($"| `{alert}` |");
        }
    }

    [Fact]
    public async Task Each_name_in_alerts_and_dashboard_is_scraped()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        IReadOnlyList<string> scraped = MetricCatalog.Names();
        string[] asked =
        [
            .. Names().Matches(File.ReadAllText(Path.Combine(Folder, "rules.yaml")) + File.ReadAllText(Path.Combine(Folder, "dashboard.json")))
                .Select(m => m.Value).Distinct(),
        ];

        asked.Length.ShouldBeGreaterThan(10);
        asked.Except(scraped).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_scrape_has_the_names_that_the_catalog_says()
    {
        // Holds MetricCatalog's rule for Prometheus' names to what the exporter writes.
        await using TestPlane plane = await TestPlane.StartAsync(options: o => o with { ManagementPort = 0 });
        Scrape scrape = await Scrape.TakeAsync(plane.Endpoint.ManagementPort!.Value);

        string[] ours = [.. scrape.Names.Where(n => Names().IsMatch(n))];

        ours.Length.ShouldBeGreaterThan(8);
        ours.Except(MetricCatalog.Names()).ShouldBeEmpty();
    }

    // As a Prometheus without its operator has it: what is below spec.
    private static string Spec => string.Join(
        '\n', File.ReadAllLines(Path.Combine(Folder, "rules.yaml")).SkipWhile(l => l != "spec:").Skip(1).Select(l => l.Length > 2 ? l[2..] : l));

    [GeneratedRegex(@"- alert: (?<name>\w+)")]
    private static partial Regex AlertNames();

    [GeneratedRegex(@"\b(?:onboarding_[a-z_]*[a-z]|rpc_server_[a-z_]*[a-z])\b(?=\{|\[|\)| |$|\"")", RegexOptions.Multiline)]
    private static partial Regex Names();
}
