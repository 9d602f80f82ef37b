using Onboarding.Client;
using Onboarding.Client.Checks;
using Onboarding.Client.Checks.Machine;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Onboarding.Tests.Integration.ClientTests.Istio;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.CheckTests;

/// <summary>What the sidecar needs for its identity, looked at before the first start and while it runs.</summary>
public sealed class SidecarChecksTests : IDisposable
{
    private readonly IstioMachine _machine = new();
    private readonly TestCertificates _authority = new("cluster.local");

    private string Secrets => _machine.Root["var/run/secrets"];

    public void Dispose()
    {
        _authority.Dispose();
        _machine.Dispose();
    }

    [Fact]
    public async Task A_machine_before_its_first_start_passes_and_nothing_is_made()
    {
        CheckOutcome directories = await DirectoriesAsync();
        directories.Status.ShouldBe(CheckStatus.Pass);
        directories.Detail.ShouldBeGolden();
        (await CertificateAsync()).Status.ShouldBe(CheckStatus.Pass);
        Directory.Exists(Secrets).ShouldBeFalse();
        Directory.GetFileSystemEntries(_machine.State.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_link_in_its_place_fails()
    {
        Directory.CreateDirectory(_machine.Root["elsewhere"]);
        Directory.CreateDirectory(_machine.Root["var/run"]);
        Directory.CreateSymbolicLink(Secrets, _machine.Root["elsewhere"]);
        CheckOutcome outcome = await DirectoriesAsync();
        (outcome.Status, outcome.ErrorId).ShouldBe((CheckStatus.Fail, ErrorIds.SidecarDirectoryUnsafe));
        outcome.Remediation.ShouldContain($"sudo rm {Secrets}");
    }

    [Fact]
    public async Task One_of_another_user_is_mended_at_the_start_and_fails_while_the_sidecar_runs()
    {
        Directory.CreateDirectory(Secrets);
        (await DirectoriesAsync()).Status.ShouldBe(CheckStatus.Pass);
        SidecarRuns();
        CheckOutcome outcome = await DirectoriesAsync();
        (outcome.Status, outcome.ErrorId).ShouldBe((CheckStatus.Fail, ErrorIds.SidecarHasNoCertificate));
        outcome.Remediation.ShouldBe($"sudo chown istio-proxy {Secrets}; onboarding-agent sidecar restart");
    }

    [Fact]
    public async Task A_certificate_that_Istio_did_not_write_fails_beforehand()
    {
        _machine.Write(IstioMachine.Issue(_authority.Authority, IstioMachine.Details));
        OnboardingException failure = await Should.ThrowAsync<OnboardingException>(CertificateAsync);
        failure.ErrorId.ShouldBe(ErrorIds.ForeignCertificate);
        _machine.HasPair.ShouldBeTrue();
    }

    [Fact]
    public async Task A_running_sidecar_without_certificate_fails_and_nothing_is_written()
    {
        SidecarRuns();
        byte[][] before = [.. Directory.GetFiles(_machine.State.Path, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes)];
        CheckOutcome outcome = await CertificateAsync();
        (outcome.Status, outcome.ErrorId).ShouldBe((CheckStatus.Fail, ErrorIds.SidecarHasNoCertificate));
        Directory.GetFiles(_machine.State.Path, "*", SearchOption.AllDirectories).Length.ShouldBe(before.Length);
    }

    private Task<CheckOutcome> DirectoriesAsync() => new SidecarDirectoriesCheck().RunAsync(Context(), CancellationToken.None);

    private Task<CheckOutcome> CertificateAsync() => new SidecarCertificateCheck().RunAsync(Context(), CancellationToken.None);

    private void SidecarRuns()
    {
        ProcessIdentity self = ProcessIdentity.Find(Environment.ProcessId)!;
        string workload = Directory.CreateDirectory(Context().WorkloadDirectory).FullName;
        new SidecarRecordFile(workload).Write(new SidecarRecord(self.ProcessId, self.StartTime, "core-1"));
    }

    private CheckContext Context() => new(
        new OnboardingAgentOptions { Onboarding = RunningAgent.Onboarding(_machine.State, 1), StateDirectory = _machine.State.Path },
        new SidecarProgram("/bin/true") { Kind = IstioSidecar.Kind })
    { Root = _machine.Root.Path };
}
