using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Client;
using Onboarding.Client.Checks;
using Onboarding.Client.Checks.Machine;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Tests.Integration.ClientTests;
using Onboarding.Tests.Integration.ClientTests.Istio;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.CheckTests;

/// <summary>Newer settings of the proxy, and a machine that lacks what they need: the pre-flight and the sidecar's notices say so.</summary>
public sealed class ProxyNeedsTests : IDisposable
{
    private const string Limit = "defaultConfig:\n  connectionSettings:\n    globalDownstreamConnectionLimit: 5000\n";
    private const string Fips = "COMPLIANCE_POLICY='fips-140-3'\n";
    private readonly IstioMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("1.32.0", 9999, "10000 open files")]
    [InlineData("1.32.0", 10000, null)]
    [InlineData("unknown", 100, "10000 open files")]
    [InlineData("1.31.2", 10000, "globalDownstreamConnectionLimit")]
    public async Task A_limit_of_connections_needs_open_files_and_a_pilot_agent_that_knows_it(string version, int files, string? said)
    {
        Write("proc/self/limits", $"Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 {files}               files\n");
        await SaysAsync(Limit, "", version, said);
    }

    [Fact]
    public async Task So_does_the_older_form_of_it()
    {
        Write("proc/self/limits", "Max open files            1024                 1024               files\n");
        await SaysAsync("defaultConfig: {}\n", "ISTIO_META_GLOBAL_DOWNSTREAM_MAX_CONNECTIONS='600'\n", "1.28.0", "1200 open files");
    }

    [Theory]
    [InlineData("1.30.4", "\tbuild\tGOFIPS140=v1.0.0\n", "doesn't know")]
    [InlineData("1.31.0", "\tbuild\tCGO_ENABLED=0\n", "isn't built with GOFIPS140")]
    [InlineData("1.31.0", "\tbuild\tGOFIPS140=v1.0.0\n", null)]
    public async Task FIPS_needs_a_pilot_agent_that_is_built_for_it(string version, string build, string? said)
    {
        // Across the reads of a large program.
        Write("usr/local/bin/pilot-agent", new string('x', (1024 * 1024) - 5) + build);
        await SaysAsync("defaultConfig: {}\n", Fips, version, said);
    }

    [Fact]
    public async Task A_mesh_that_sets_nothing_of_it_needs_nothing() => await SaysAsync("defaultConfig: {}\n", "COMPLIANCE_POLICY='fips-140-2'\n", "1.20.0", null);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_machine.Root[path])!);
        File.WriteAllText(_machine.Root[path], content);
    }

    private async Task SaysAsync(string mesh, string environment, string version, string? said)
    {
        string boot = _machine.BootWith("");
        await File.WriteAllTextAsync(Path.Combine(boot, "mesh.yaml"), mesh);
        await File.AppendAllTextAsync(Path.Combine(boot, "cluster.env"), environment);
        string current = Path.Combine(_machine.State.Path, "workloads", "bookinfo.ratings", "boot");
        Directory.CreateDirectory(current);
        Directory.CreateSymbolicLink(Path.Combine(current, "current"), boot);
        CheckOutcome outcome = await new ProxyNeedsCheck().RunAsync(
            new CheckContext(
                new OnboardingAgentOptions { Onboarding = RunningAgent.Onboarding(_machine.State, 1), StateDirectory = _machine.State.Path },
                new SidecarProgram("/bin/true") { Kind = IstioSidecar.Kind, ReadVersionAsync = _ => Task.FromResult(version) })
            {
                Root = _machine.Root.Path,
            },
            CancellationToken.None);
        outcome.Status.ShouldBe(said is null ? CheckStatus.Pass : CheckStatus.Warn, outcome.Detail);
        outcome.Detail.ShouldContain(said ?? "");
        outcome.Remediation.Length.ShouldBe(said is null ? 0 : outcome.Remediation.Length);

        // And at the start, in the sidecar's notices, which status shows.
        var host = new IstioHost(_machine.Root.Path, _machine.State.Path, _ => Task.FromResult(version), NullLogger.Instance, TimeProvider.System);
        IReadOnlyList<SidecarNotice> notices = await host.PrepareAsync(new SidecarStart(boot, "core"));
        notices.Count(n => n.Message == outcome.Detail).ShouldBe(said is null ? 0 : 1);
    }
}
