using System.Collections.Concurrent;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.RootPart;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public sealed class SidecarSupervisorTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly ConcurrentQueue<SidecarStatus> _statuses = new();
    private readonly List<SidecarSupervisor> _supervisors = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (SidecarSupervisor supervisor in _supervisors)
        {
            await supervisor.StopAsync(TimeSpan.Zero);
            await supervisor.DisposeAsync();
        }

        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_starts_with_the_directory_of_the_boot_configuration()
    {
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(ShellScript.Sidecar(_directory)));
        (await supervisor.EnsureAsync("core-1")).ShouldBeTrue();
        await Eventually.Is(() => Lines().Length == 1, "the sidecar to start");
        Lines()[0].ShouldEndWith($" {_directory.Path} ");
        await Eventually.Is(() => supervisor.Status.State == SidecarState.Ready, "readiness");
        _statuses.Select(s => s.State).ShouldBe([SidecarState.Starting, SidecarState.Ready]);
    }

    [Fact]
    public async Task Under_a_unit_that_is_not_root_it_is_refused_as_a_process_and_the_root_part_is_named()
    {
        UnitProgram.CannotBeChild(998, "NoNewPrivs:\t1\n").ShouldBeTrue();
        UnitProgram.CannotBeChild(998, "NoNewPrivs:\t0\n").ShouldBeFalse("sudo may work");
        UnitProgram.CannotBeChild(0, "NoNewPrivs:\t1\n").ShouldBeFalse("a container's root");
        SidecarSupervisor supervisor = Supervisor(UnitProgram.Refused(new SidecarProgram(ShellScript.Sidecar(_directory))));

        await supervisor.EnsureAsync("core-1");

        await Eventually.Is(() => supervisor.Status.State == SidecarState.Failed, "it is refused");
        supervisor.Status.Message.ShouldContain("sudo systemctl start onboarding-agent-root.socket");
        File.Exists(_directory["sidecar.log"]).ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_core_leaves_it_alone_and_another_one_restarts_it()
    {
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(ShellScript.Sidecar(_directory)));
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => Lines().Length == 1, "the sidecar to start");
        (await supervisor.EnsureAsync("core-1")).ShouldBeFalse();
        (await supervisor.EnsureAsync("core-2")).ShouldBeTrue();
        await Eventually.Is(() => Lines().Length == 3, "the sidecar to start again");
        Lines().Select(l => l.Split(' ')[0]).ShouldBe(["start", "term", "start"]);
    }

    [Fact]
    public async Task One_that_runs_without_a_record_is_stopped_before_another_is_started()
    {
        var program = new SidecarProgram(ShellScript.Sidecar(_directory));
        SidecarSupervisor killed = Supervisor(program);
        await killed.EnsureAsync("core-1");
        await Eventually.Is(() => Lines().Length == 1, "the sidecar to start");
        await killed.DisposeAsync();
        _supervisors.Remove(killed);
        File.Delete(_directory["sidecar.json"]);

        SidecarSupervisor next = Supervisor(program);
        (await next.EnsureAsync("core-1")).ShouldBeTrue();
        await Eventually.Is(() => Lines().Length == 3, "the sidecar to start again");
        Lines().Select(l => l.Split(' ')[0]).ShouldBe(["start", "term", "start"]);
    }

    [Fact]
    public async Task It_is_started_again_when_it_ends_by_itself()
    {
        string script = ShellScript.Write(_directory, "crash", """echo x >> "$(dirname "$0")/sidecar.log"; [ $(wc -l < "$(dirname "$0")/sidecar.log") -ge 3 ] || exit 7; exec sleep 1000""");
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(script));
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => Lines().Length == 3 && supervisor.Status.State == SidecarState.Ready, "the third start");
        _statuses.Where(s => s.State == SidecarState.Failed).ShouldAllBe(s => s.Message.Contains(script) && s.Message.Contains("exit code 7"));
        _statuses.Count(s => s.State == SidecarState.Failed).ShouldBe(2);
    }

    [Fact]
    public async Task Restarts_wait_longer_each_time()
    {
        var time = new FakeTimeProvider();
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(ShellScript.Write(_directory, "crash", "exit 1")), time, () => 1);
        await supervisor.EnsureAsync("core-1");
        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 30])
        {
            await Eventually.Is(() => time.PendingTimers == 1, "the wait");
            time.Advance(TimeSpan.FromSeconds(seconds));
        }

        await Eventually.Is(() => _statuses.Count(s => s.State == SidecarState.Failed) == 7, "the seventh failure");
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named_and_tried_again()
    {
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(_directory["missing"]));
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => supervisor.Status.State == SidecarState.Failed, "the failure");
        supervisor.Status.Message.ShouldBeGolden();
        supervisor.Status.Message.ShouldContain($"ls -l {_directory["missing"]}");
        ShellScript.Sidecar(_directory, "missing");
        await Eventually.Is(() => supervisor.Status.State == SidecarState.Ready, "the sidecar that was installed meanwhile");
    }

    [Fact]
    public async Task One_whose_record_cant_be_written_is_ended_before_the_next_try()
    {
        string script = ShellScript.Write(_directory, "counted", """echo $$ >> "$(dirname "$0")/sidecar.log"; exec sleep 1000""");
        // Where the record belongs there is no directory yet, which stops root as well.
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(script), workload: "workload");
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => _statuses.Count(s => s.State == SidecarState.Failed) >= 2, "two tries");
        Directory.CreateDirectory(_directory["workload"]);
        await Eventually.Is(() => supervisor.Status.State == SidecarState.Ready, "the try after the disk is well again");
        int running = supervisor.Status.ProcessId!.Value;
        await Eventually.Is(() => Lines().Contains(running.ToString(System.Globalization.CultureInfo.InvariantCulture)), "the last one to have said its number");
        Lines().Select(int.Parse).Where(p => p != running).ShouldAllBe(p => ProcessIdentity.Find(p) == null);
        await supervisor.StopAsync();
        ProcessIdentity.Find(running).ShouldBeNull();
    }

    [Fact]
    public async Task Stopping_lets_it_end_by_itself()
    {
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(ShellScript.Sidecar(_directory)));
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => Lines().Length == 1, "the sidecar to start");
        await supervisor.StopAsync();
        Lines().Select(l => l.Split(' ')[0]).ShouldBe(["start", "term"]);
        supervisor.Status.ShouldBe(new SidecarStatus(SidecarState.Stopped));
        File.Exists(_directory["sidecar.json"]).ShouldBeFalse();
        _log.Text.ShouldNotContain("ended by itself");
    }

    [Fact]
    public async Task One_that_does_not_end_is_killed_with_all_it_started()
    {
        string script = ShellScript.Write(
            _directory,
            "stubborn",
            """trap '' TERM; sleep 1000 & echo $! >> "$(dirname "$0")/sidecar.log"; while :; do wait; done""");
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(script));
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => Lines().Length == 1, "the sidecar to start");
        await supervisor.StopAsync(TimeSpan.FromMilliseconds(100));
        int child = int.Parse(Lines()[0]);
        await Eventually.Is(() => ProcessIdentity.Find(child) is null, "its child to be killed");
        _log.Entries.ShouldContain(e => e.EventId.Name == "SidecarKilled");
    }

    [Fact]
    public async Task Its_output_is_appended_to_files()
    {
        File.WriteAllText(_directory["out"], "before\n");
        string script = ShellScript.Write(_directory, "talk", """echo "to out $1"; echo "to err" >&2; exec sleep 1000""");
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(script)
        {
            Arguments = ["an argument"],
            StandardOutput = _directory["out"],
            StandardError = _directory["err"],
        });
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => File.Exists(_directory["err"]) && File.ReadAllText(_directory["err"]).Length > 0, "its output");
        File.ReadAllText(_directory["out"]).ShouldBeGolden();
        File.ReadAllText(_directory["err"]).ShouldBe("to err\n");
    }

    [Fact]
    public async Task Its_last_words_are_quoted_where_it_ends_by_itself()
    {
        string script = ShellScript.Write(_directory, "crash", """echo 'T1 info starting'; printf 'T2\terror\tno such\033[2J file\n' >&2; exit 3""");
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(script)
        {
            StandardOutput = _directory["own.log"],
            StandardError = _directory["own.log"],
            FindLogs = () => [new SidecarLogFile(_directory["own.log"], IsRotated: true)],
        });
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => _statuses.Any(s => s.State == SidecarState.Failed), "the failure");
        _statuses.First(s => s.State == SidecarState.Failed).Message.ShouldBeGolden();
    }

    [Fact]
    public async Task It_can_not_read_what_people_type()
    {
        string script = ShellScript.Write(_directory, "reader", """readlink /proc/self/fd/0 > "$(dirname "$0")/sidecar.log"; exec sleep 1000""");
        await Supervisor(new SidecarProgram(script) { StandardOutput = _directory["out"] }).EnsureAsync("core-1");
        await Eventually.Is(() => Lines().Length == 1, "the sidecar to look");
        Lines()[0].ShouldBe("/dev/null");
    }

    [Fact]
    public async Task One_left_behind_by_a_killed_agent_is_taken_over()
    {
        var program = new SidecarProgram(ShellScript.Sidecar(_directory));
        await LeaveBehindAsync(program);
        SidecarSupervisor second = Supervisor(program);
        (await second.EnsureAsync("core-1")).ShouldBeFalse();
        await Eventually.Is(() => second.Status.State == SidecarState.Ready, "the sidecar");
        Lines().Length.ShouldBe(1, "no second one was started");
        await second.StopAsync();
        Lines().Select(l => l.Split(' ')[0]).ShouldBe(["start", "term"]);
    }

    [Fact]
    public async Task One_left_behind_with_another_core_is_stopped_before_the_new_one_starts()
    {
        var program = new SidecarProgram(ShellScript.Sidecar(_directory));
        await LeaveBehindAsync(program);
        SidecarSupervisor second = Supervisor(program);
        (await second.EnsureAsync("core-2")).ShouldBeTrue();
        await Eventually.Is(() => Lines().Length == 3, "the new one");
        Lines().Select(l => l.Split(' ')[0]).ShouldBe(["start", "term", "start"]);
    }

    [Fact]
    public async Task One_left_behind_is_stopped_by_an_agent_that_leaves_at_once()
    {
        var program = new SidecarProgram(ShellScript.Sidecar(_directory));
        await LeaveBehindAsync(program);
        await Supervisor(program).StopAsync();
        Lines().Select(l => l.Split(' ')[0]).ShouldBe(["start", "term"]);
    }

    [Fact]
    public async Task A_process_that_has_got_the_number_of_the_old_one_is_left_alone()
    {
        var program = new SidecarProgram(ShellScript.Sidecar(_directory, "bystander"));
        using var bystander = RunningSidecar.Start(program, _directory["elsewhere"]);
        try
        {
            await Eventually.Is(() => Lines().Length == 1, "the bystander");
            new SidecarRecordFile(_directory.Path).Write(new SidecarRecord(bystander.Identity.ProcessId, StartTime: 1, "core-1"));
            await Supervisor(program).StopAsync();
            bystander.Identity.IsAlive.ShouldBeTrue();
            Lines().Length.ShouldBe(1);
        }
        finally
        {
            bystander.Kill();
            await bystander.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task It_is_ready_when_it_says_so()
    {
        int status = 503;
        await using LoopbackServer sidecar = await LoopbackServer.StartAsync(http => LoopbackServer.StatusAsync(http, Volatile.Read(ref status)));
        SidecarSupervisor supervisor = Supervisor(new SidecarProgram(ShellScript.Sidecar(_directory))
        {
            Readiness = new Uri(sidecar.Url, "healthz/ready"),
        });
        await supervisor.EnsureAsync("core-1");
        await Eventually.Is(() => supervisor.Status.Message.Contains("answered 503"), "the first answer");
        supervisor.Status.State.ShouldBe(SidecarState.Starting);
        Volatile.Write(ref status, 200);
        await Eventually.Is(() => supervisor.Status.State == SidecarState.Ready, "readiness");
        supervisor.Status.Message.ShouldBeEmpty();
        sidecar.Requests.ShouldAllBe(r => r == "GET /healthz/ready");
    }

    /// <summary>What a killed agent leaves: a running process and its record, and no one who watches.</summary>
    private async Task LeaveBehindAsync(SidecarProgram program)
    {
        RunningSidecar sidecar = RunningSidecar.Start(program, _directory.Path);
        new SidecarRecordFile(_directory.Path).Write(new SidecarRecord(sidecar.Identity.ProcessId, sidecar.Identity.StartTime, "core-1"));
        await Eventually.Is(() => Lines().Length == 1, "the sidecar to start");
    }

    private string[] Lines() => File.Exists(_directory["sidecar.log"]) ? File.ReadAllLines(_directory["sidecar.log"]) : [];

    private SidecarSupervisor Supervisor(SidecarProgram program, TimeProvider? time = null, Func<double>? random = null, string workload = ".")
    {
        var supervisor = new SidecarSupervisor(
            program, _directory[workload], _directory.Path, time ?? TimeProvider.System, random ?? (() => 0.01),
            _log.CreateLogger<SidecarSupervisor>(), _statuses.Enqueue);
        _supervisors.Add(supervisor);
        return supervisor;
    }
}
