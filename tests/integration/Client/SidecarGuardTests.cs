using Onboarding.Client.Processes;
using Onboarding.Client.Sidecar;
using Onboarding.Client.State;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>A PowerShell session's sidecar ends with it, however it ends: what the guard waits for is the end of its standard input.</summary>
public sealed class SidecarGuardTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RunningSidecar _sidecar;

    public SidecarGuardTests()
    {
        Directory.CreateDirectory(_directory["state"], Onboarding.Client.Native.FileModes.SecretDirectory);
        Directory.CreateDirectory(_directory["kept"]);
        File.WriteAllText(_directory["kept/cluster.env"], "");
        File.WriteAllText(_directory["state/lock"], "");
        _sidecar = RunningSidecar.Start(new SidecarProgram(ShellScript.Sidecar(_directory)), _directory.Path);
    }

    private string[] Sidecar => File.Exists(_directory["sidecar.log"]) ? File.ReadAllLines(_directory["sidecar.log"]) : [];

    private string Undone => File.Exists(_directory["undone"]) ? File.ReadAllText(_directory["undone"]).Trim() : "";

    public void Dispose()
    {
        _sidecar.Kill();
        _sidecar.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task When_its_owner_is_gone_the_sidecar_drains_and_its_redirection_is_undone()
    {
        await Eventually.Is(() => Sidecar.Length == 1, "the sidecar to start");
        using ProcessGroup guard = Start();
        guard.Process.StandardInput.Close();
        await guard.Process.WaitForExitAsync();
        Sidecar[1].ShouldStartWith("term ");
        Undone.ShouldBe($"clean {_directory["kept/sidecar.env"]} {_directory["kept/cluster.env"]}");
    }

    [Fact]
    public async Task An_owner_that_came_after_keeps_the_sidecar()
    {
        await Eventually.Is(() => Sidecar.Length == 1, "the sidecar to start");
        using var owner = StateDirectory.Open(_directory["state"], "PowerShell");
        using ProcessGroup guard = Start();
        guard.Process.StandardInput.Close();
        await guard.Process.WaitForExitAsync();
        _sidecar.Identity.IsAlive.ShouldBeTrue();
        Undone.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_killed_owner_s_lock_that_outlives_its_pipe_is_waited_for()
    {
        await Eventually.Is(() => Sidecar.Length == 1, "the sidecar to start");
        using var owner = StateDirectory.Open(_directory["state"], "PowerShell");
        using ProcessGroup guard = Start();
        guard.Process.StandardInput.Close();
        await Eventually.Is(() => guard.Process.HasExited || ChildOf(guard.Process.Id) == "sleep", "the guard waits for the lock");
        owner.Dispose();
        await guard.Process.WaitForExitAsync();
        Sidecar[1].ShouldStartWith("term ");
        Undone.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_process_that_has_got_the_sidecar_s_number_is_left_alone()
    {
        await Eventually.Is(() => Sidecar.Length == 1, "the sidecar to start");
        using ProcessGroup guard = Start(_sidecar.Identity with { StartTime = 1 });
        guard.Process.StandardInput.Close();
        await guard.Process.WaitForExitAsync();
        _sidecar.Identity.IsAlive.ShouldBeTrue();
        Sidecar.Length.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_lets_go_on_purpose_leaves_it_running()
    {
        await Eventually.Is(() => Sidecar.Length == 1, "the sidecar to start");
        SidecarGuard.Start(_sidecar.Identity, TimeSpan.FromSeconds(5), _directory["state/lock"], Undo()).Dispose();
        _sidecar.Identity.IsAlive.ShouldBeTrue();
        Undone.ShouldBeEmpty();
    }

    [Fact]
    public async Task B7_a_sidecar_whose_start_changed_nothing_ends_with_its_owner_too()
    {
        await Eventually.Is(() => Sidecar.Length == 1, "the sidecar to start");
        using var guard = ProcessGroup.Start(
            SidecarGuard.Command(_sidecar.Identity, TimeSpan.FromSeconds(5), _directory["state/lock"], undo: null), redirect: true);
        guard.Process.StandardInput.Close();
        await guard.Process.WaitForExitAsync();
        guard.Process.ExitCode.ShouldBe(0);
        Sidecar[1].ShouldStartWith("term ");
        _sidecar.Identity.IsAlive.ShouldBeFalse();
    }

    [Theory]
    [InlineData("trap '' TERM; while :; do sleep 0.05; done")]
    [InlineData("sleep 600 & wait")]
    public async Task B7_what_goes_on_after_the_drain_time_or_its_starter_s_end_is_killed(string body)
    {
        using var stubborn = RunningSidecar.Start(new SidecarProgram(ShellScript.Write(_directory, "stubborn", body)), _directory.Path);
        int group = stubborn.Identity.ProcessId;
        await Eventually.Is(() => ChildOf(group) == "sleep", "the sidecar to start");
        using ProcessGroup guard = Start(stubborn.Identity, TimeSpan.FromSeconds(1));
        guard.Process.StandardInput.Close();
        await guard.Process.WaitForExitAsync();
        await Eventually.Is(() => !Onboarding.Client.Native.Signals.SendToGroup(group, 0), "no process of it is left");
    }

    private static string ChildOf(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ')[0] is { Length: > 0 } child ? File.ReadAllText($"/proc/{child}/comm").Trim() : "";

    private ProcessGroup Start(ProcessIdentity? sidecar = null, TimeSpan? drain = null) => ProcessGroup.Start(
        SidecarGuard.Command(sidecar ?? _sidecar.Identity, drain ?? TimeSpan.FromSeconds(5), _directory["state/lock"], Undo()), redirect: true);

    private Launch Undo() => new(ShellScript.Write(_directory, "undo", "echo \"$1 $ISTIO_SIDECAR_CONFIG $ISTIO_CLUSTER_CONFIG\" > \"$(dirname \"$0\")/undone\""))
    {
        Arguments = ["clean"],
        Environment = new Dictionary<string, string>
        {
            ["ISTIO_SIDECAR_CONFIG"] = _directory["kept/sidecar.env"],
            ["ISTIO_CLUSTER_CONFIG"] = _directory["kept/cluster.env"],
        },
    };
}
