using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Onboarding.Client;
using Onboarding.Client.Checks;
using Onboarding.Client.Events;
using Onboarding.Client.State;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.CheckTests;

public sealed class OnboardingChecksTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_machine_that_can_join_passes_and_nothing_was_made()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        IReadOnlyList<OnboardingCheckResult> results = await RunAsync(RunningAgent.Options(_directory, plane, _log));
        results.Where(r => r.Status is CheckStatus.Fail or CheckStatus.Warn).ShouldBeEmpty();
        results.Select(r => r.Name).ShouldBe(OnboardingChecks.Names);
        plane.Authorizations.Single().DryRun.ShouldBeTrue();
        plane.Registrations.ShouldBeEmpty();
        Directory.Exists(_directory["state"]).ShouldBeFalse();
        Find(results, "policy").Detail.ShouldBeGolden();
        string.Join('\n', results).ShouldNotContain("e30.e30.c2ln", Case.Sensitive, "a credential is never shown");
    }

    [Fact]
    public async Task A_policy_that_does_not_admit_it_is_told_as_a_join_would_tell_it()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no");
        OnboardingCheckResult policy = Find(await RunAsync(RunningAgent.Options(_directory, plane, _log)), "policy");
        policy.Status.ShouldBe(CheckStatus.Fail);
        policy.ErrorId.ShouldBe("PolicyDenied");
        policy.Detail.ShouldBeGolden();
        policy.Remediation.ShouldContain("Get-OnboardingStatus -CorrelationId corr-1");
    }

    [Fact]
    public async Task B3_a_member_is_asked_about_with_its_own_key()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await using RunningAgent agent = RunningAgent.Start(options);
        await agent.StepAsync(OnboardingPhase.Connected);
        byte[] bound = plane.Authorizations.Single().AgentPublicKey.ToByteArray();
        plane.OnAuthorize = request =>
        {
            if (!request.AgentPublicKey.ToByteArray().AsSpan().SequenceEqual(bound))
            {
                throw FakePlane.Refusal(StatusCode.PermissionDenied, "KEY_MISMATCH", "no");
            }
        };

        Find(await RunAsync(options), "policy").Status.ShouldBe(CheckStatus.Pass);
    }

    [Fact]
    public async Task B3_a_user_who_can_not_read_the_key_is_not_told_that_the_member_is_refused()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "KEY_MISMATCH", "no");

        OnboardingCheckResult policy = Find(await RunAsync(RunningAgent.Options(_directory, plane, _log)), "policy");

        policy.Status.ShouldBe(CheckStatus.Warn);
        policy.Reason.ShouldBe("KEY_MISMATCH");
        policy.Remediation.ShouldNotContain("delete");
    }

    [Fact]
    public async Task B3_the_result_explains_and_names_the_correlation_id()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no policy is about it");

        OnboardingCheckResult policy = Find(await RunAsync(RunningAgent.Options(_directory, plane, _log)), "policy");

        (policy.Reason, policy.CorrelationId).ShouldBe(("NOT_AUTHORIZED", "corr-1"));
        policy.Explanation.ShouldBeGolden();
    }

    [Fact]
    public async Task What_needs_a_check_that_failed_is_skipped_and_not_failed()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        options = options with { Onboarding = RunningAgent.Onboarding(_directory, plane.Port, host: "nowhere.invalid") };
        IReadOnlyList<OnboardingCheckResult> results = await RunAsync(options);
        Find(results, "name resolution").ErrorId.ShouldBe("EndpointUnknownHost");
        foreach (string name in (string[])["connection", "certificate", "clock", "credential", "policy"])
        {
            Find(results, name).Status.ShouldBe(CheckStatus.Skipped, name);
        }

        Find(results, "policy").Detail.ShouldBe("needs 'credential'");
    }

    [Fact]
    public async Task A_port_nobody_listens_on_is_told()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        const int port = 1; // tcpmux, which no one has; a free one someone may take
        IReadOnlyList<OnboardingCheckResult> results = await RunAsync(options with { Onboarding = RunningAgent.Onboarding(_directory, port) });
        Find(results, "connection").ErrorId.ShouldBe("EndpointConnectionRefused");
    }

    [Fact]
    public async Task A_certificate_of_somebody_else_is_told()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        File.WriteAllText(_directory["ca.pem"], new TestCertificates().AuthorityPem);
        Find(await RunAsync(options), "certificate").ErrorId.ShouldBe("CertificateNotTrusted");
    }

    [Fact]
    public async Task Authorities_that_can_not_be_read_are_told()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        File.WriteAllText(_directory["ca.pem"], "nothing");
        Find(await RunAsync(options), "certificate").ErrorId.ShouldBe("CertificateAuthorityUnusable");
    }

    [Theory]
    [InlineData(0, CheckStatus.Pass)]
    [InlineData(20, CheckStatus.Warn)]
    [InlineData(-120, CheckStatus.Fail)]
    public async Task The_clock_is_compared_with_the_planes(int seconds, CheckStatus status)
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.ClockOffset = TimeSpan.FromSeconds(seconds);
        OnboardingCheckResult clock = Find(await RunAsync(RunningAgent.Options(_directory, plane, _log)), "clock");
        clock.Status.ShouldBe(status);
        clock.Remediation.Length.ShouldBe(status == CheckStatus.Pass ? 0 : clock.Remediation.Length);
        (status != CheckStatus.Pass).ShouldBe(clock.Remediation.Contains("timedatectl", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plane_whose_time_is_none_is_told()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.AmendPlane = said => said.ServerTime = new() { Seconds = long.MinValue };
        OnboardingCheckResult clock = Find(await RunAsync(RunningAgent.Options(_directory, plane, _log)), "clock");
        clock.Status.ShouldBe(CheckStatus.Fail);
        clock.ErrorId.ShouldBe("PlaneFailed");
        clock.Detail.ShouldContain("-9223372036854775808 s");
    }

    [Fact]
    public async Task A_plugin_that_fails_is_told()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        ShellScript.Write(_directory, "plugin.sh", "exit 3");
        IReadOnlyList<OnboardingCheckResult> results = await RunAsync(options);
        Find(results, "credential").Status.ShouldBe(CheckStatus.Fail);
        Find(results, "policy").Status.ShouldBe(CheckStatus.Skipped);
    }

    [Fact]
    public async Task A_sidecar_that_is_not_installed_is_told()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        File.Delete(_directory["sidecar.sh"]);
        OnboardingCheckResult program = Find(await RunAsync(options), "sidecar program");
        program.ErrorId.ShouldBe("SidecarNotInstalled");
        program.Remediation.ShouldContain(_directory["sidecar.sh"]);
    }

    [Fact]
    public async Task A_state_directory_others_can_read_is_told()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        Directory.CreateDirectory(_directory["state"], (UnixFileMode)0x1FF);
        File.SetUnixFileMode(_directory["state"], (UnixFileMode)0x1FF);
        IReadOnlyList<OnboardingCheckResult> results = await RunAsync(RunningAgent.Options(_directory, plane, _log));
        Find(results, "state directory").ErrorId.ShouldBe("StateDirectoryUnsafe");
        Find(results, "owner").Status.ShouldBe(CheckStatus.Skipped);
    }

    [Fact]
    public async Task Whoever_owns_the_session_is_named()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        using (StateDirectory.Open(_directory["state"], "service"))
        {
            Find(await RunAsync(options), "owner").Detail.ShouldBeGolden();
        }
    }

    [Fact]
    public async Task A_category_brings_what_it_needs_and_shows_only_itself()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        IReadOnlyList<OnboardingCheckResult> results = await RunAsync(RunningAgent.Options(_directory, plane, _log), ["identity"]);
        results.Select(r => r.Name).ShouldBe(["credential", "policy"]);
        results.ShouldAllBe(r => r.Status == CheckStatus.Pass);
    }

    [Fact]
    public async Task What_is_skipped_is_not_looked_at()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        IReadOnlyList<OnboardingCheckResult> results = await RunAsync(RunningAgent.Options(_directory, plane, _log), skip: ["policy"]);
        results.ShouldNotContain(r => r.Name == "policy");
        plane.Authorizations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ports_that_istio_needs_are_looked_up()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        var sidecar = new Onboarding.Client.Sidecar.SidecarProgram("/bin/true") { Kind = "Istio" };
        Directory.CreateDirectory(_directory["root/proc/net"]);
        Directory.CreateDirectory(_directory["root/usr/sbin"]);
        File.WriteAllText(_directory["root/proc/net/tcp"], "  sl  local_address rem_address   st\n   0: 00000000:3A99 00000000:0000 0A 0\n   1: 0100007F:3A9E 0100007F:1234 01 0\n");
        var context = new CheckContext(options, sidecar) { Root = _directory["root"] };
        IReadOnlyList<OnboardingCheckResult> results = await CollectAsync(OnboardingChecks.RunAsync(context, ["Sidecar"], [], CancellationToken.None));
        Find(results, "ports").Detail.ShouldContain("listens on 15001,");
        Find(results, "traffic redirection").Status.ShouldBe(CheckStatus.Fail);
        ShellScript.Write(_directory, "root/usr/sbin/nft", "exit 0");
        File.Delete(_directory["root/proc/net/tcp"]);
        results = await CollectAsync(OnboardingChecks.RunAsync(context, ["Sidecar"], [], CancellationToken.None));
        Find(results, "ports").Status.ShouldBe(CheckStatus.Pass);
        Find(results, "traffic redirection").Status.ShouldBe(CheckStatus.Pass);
    }

    [Fact]
    public async Task Istiod_is_looked_for_where_the_boot_configuration_says()
    {
        using var istiod = new TcpListener(IPAddress.Loopback, 0);
        istiod.Start();
        int port = ((IPEndPoint)istiod.LocalEndpoint).Port;
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        plane.Boot.MeshYaml = $"defaultConfig:\n  discoveryAddress: istiod.istio-system.svc:{port}\n";
        plane.Boot.Hosts = "127.0.0.1 istiod.istio-system.svc\n";
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await using (RunningAgent agent = RunningAgent.Start(options))
        {
            await agent.StepAsync(OnboardingPhase.BootConfigurationWritten);
            Find(await RunAsync(options, ["Sidecar"]), "istiod").Detail.ShouldBe($"istiod.istio-system.svc at 127.0.0.1:{port}");
            istiod.Stop();
            Find(await RunAsync(options, ["Sidecar"]), "istiod").Status.ShouldBe(CheckStatus.Fail);
        }
    }

    private static Task<IReadOnlyList<OnboardingCheckResult>> RunAsync(
        OnboardingAgentOptions options,
        string[]? categories = null,
        string[]? skip = null) =>
        CollectAsync(OnboardingChecks.RunAsync(options, categories ?? [], skip ?? [], CancellationToken.None));

    private static async Task<IReadOnlyList<OnboardingCheckResult>> CollectAsync(IAsyncEnumerable<OnboardingCheckResult> results)
    {
        List<OnboardingCheckResult> all = [];
        await foreach (OnboardingCheckResult result in results)
        {
            all.Add(result);
        }

        return all;
    }

    private static OnboardingCheckResult Find(IEnumerable<OnboardingCheckResult> results, string name) => results.Single(r => r.Name == name);
}
