using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.Api.Rpc;
using Onboarding.Client;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Survival;

/// <summary>What happens to machines, to the agent as a process: a disk that is full or read-only, files that are no more, kills, suspends, wrong clocks.</summary>
public sealed class SurvivalTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private FakePlane _plane = null!;
    private OnboardingAgentOptions _options = null!;

    private string Boot => _directory["state/workloads/bookinfo.ratings/boot/current"];

    public async ValueTask InitializeAsync()
    {
        _plane = await FakePlane.StartAsync();
        _plane.Boot = BootConfigurations.Make();
        _options = RunningAgent.Options(_directory, _plane, _log);
    }

    public async ValueTask DisposeAsync()
    {
        await StopSidecarAsync();
        await _plane.DisposeAsync();
        _log.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("full")]
    [InlineData("read-only")]
    public async Task A_disk_that_takes_no_more_leaves_what_is_in_force_and_heals_without_a_restart(string disk)
    {
        Capability.NetworkNamespaces.Require();
        string state = _options.StateDirectory;
        await using AgentProcess agent = AgentProcess.Start(
            _options, _directory, $"mkdir -m 700 {state}; exec unshare --mount -- sh -ec 'mount -t tmpfs -o size=1m,mode=0700 tmpfs {state}; exec \"$@\"' sh \"$@\"");
        FakeSession session = await _plane.NextSessionAsync();
        (await StatusAsync(session, 1)).Error.ShouldBeEmpty();
        // Its log is there: one that starts on a read-only disk can't have one.
        await agent.WaitForAsync("SidecarReady");
        string inside = $"/proc/{agent.Id}/root{state}";
        string junk = Path.Combine(inside, "junk");

        if (disk == "full")
        {
            Fill(junk);
        }
        else
        {
            // A mount of its own: one with a file open for writing, the lock, can't be made read-only.
            await agent.InsideAsync("mount", "--bind", $"{state}/workloads", $"{state}/workloads");
            await agent.InsideAsync("mount", "-o", "remount,bind,ro", $"{state}/workloads");
        }

        session.Send(new PlaneMessage { BootConfiguration = BootConfigurations.Make(2, "core-2") });
        (await StatusAsync(session, 2)).Error.ShouldNotBeEmpty();
        string failure = (string)(await agent.WaitForAsync("BootConfigurationFailed"))["message"]!;
        failure.ShouldContain("Next: ");
        (await File.ReadAllTextAsync(Path.Combine(inside, "workloads/bookinfo.ratings/boot/current/mesh.yaml"))).ShouldBe("mesh: core-1");
        session.HasEnded.ShouldBeFalse();

        if (disk == "full")
        {
            File.Delete(junk);
        }
        else
        {
            await agent.InsideAsync("umount", "--lazy", $"{state}/workloads");
        }

        session.Send(new PlaneMessage { BootConfiguration = BootConfigurations.Make(3, "core-3") });
        (await StatusAsync(session, 3)).Error.ShouldBeEmpty();
        (await File.ReadAllTextAsync(Path.Combine(inside, "workloads/bookinfo.ratings/boot/current/mesh.yaml"))).ShouldBe("mesh: core-3");
        agent.Other.ShouldBeEmpty();
    }

    [Fact]
    public async Task State_files_full_of_garbage_are_made_again_and_a_key_that_is_garbage_is_explained()
    {
        await JoinAndKillAsync();
        string[] files = [.. Directory.GetFiles(_options.StateDirectory, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) is not ("agent-key.pem" or "agent.sock"))];
        files.Length.ShouldBeGreaterThan(5);
        foreach (string file in files)
        {
            await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(300));
        }

        await using (AgentProcess again = AgentProcess.Start(_options, _directory))
        {
            await again.WaitForAsync("SidecarReady");
            again.Other.ShouldBeEmpty();
            (await File.ReadAllTextAsync(Path.Combine(Boot, "mesh.yaml"))).ShouldBe("mesh: core-1");
        }

        await File.WriteAllBytesAsync(Path.Combine(_options.StateDirectory, "agent-key.pem"), RandomNumberGenerator.GetBytes(300));
        await using AgentProcess refused = AgentProcess.Start(_options, _directory);
        (await refused.ExitAsync()).ShouldBe(1);
        ((string)(await refused.WaitForAsync("AgentFailed"))["message"]!).ShouldContain("AgentKeyUnusable");
        refused.Other.ShouldBeEmpty();
    }

    [Fact]
    public async Task Killed_in_the_middle_of_whatever_it_writes_it_goes_on_with_something_whole()
    {
        long generation = 1;
        for (int round = 0; round < 6; round++)
        {
            await using AgentProcess agent = AgentProcess.Start(_options, _directory);
            FakeSession session = await _plane.NextSessionAsync();

            // As many as it takes; each is a directory, five files, their syncs and a link.
            for (int i = 0; i < 20; i++)
            {
                generation++;
                _plane.Boot = BootConfigurations.Make(generation, live: $"live-{generation}");
                session.Send(new PlaneMessage { BootConfiguration = _plane.Boot });
            }

            long upTo = generation - 20 + (3 * round);
            await Eventually.Is(() => session.Received.Any(m => m.BootConfigurationStatus?.Generation >= upTo), "it writes");
            await agent.KillAsync();

            if (Directory.Exists(Boot))
            {
                JsonNode version = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Boot, "version.json")))!;
                (await File.ReadAllTextAsync(Path.Combine(Boot, "hosts"))).ShouldContain($"istiod-{(string?)version["liveHash"]}.");
                (await File.ReadAllTextAsync(Path.Combine(Boot, "istio-token"))).ShouldBe("istio-token-1");
            }
        }

        await using AgentProcess last = AgentProcess.Start(_options, _directory);
        FakeSession final = await _plane.NextSessionAsync();
        await Eventually.Is(() => final.Received.Any(m => m.BootConfigurationStatus?.Generation == generation), "the last one is in force");
        last.Other.ShouldBeEmpty();
        final.Proof.Epoch.ShouldBeGreaterThan(0, "a killed agent goes on with its registration");
    }

    [Fact]
    public async Task A_process_that_was_suspended_is_back_with_its_registration_and_its_sidecar()
    {
        await using AgentProcess agent = AgentProcess.Start(_options, _directory);
        FakeSession session = await _plane.NextSessionAsync();
        await agent.WaitForAsync("SidecarReady");

        agent.Signal("STOP");
        session.End(new RpcException(new Status(StatusCode.Unavailable, "no heartbeat")));
        agent.Signal("CONT");

        await _plane.NextSessionAsync();
        _plane.Registrations.Count.ShouldBe(1);
        SidecarStarts().ShouldBe(1);
    }

    [Fact]
    public async Task A_reload_as_an_upgrade_does_it_loses_no_change_and_no_sidecar()
    {
        await using AgentProcess agent = AgentProcess.Start(_options, _directory);
        FakeSession session = await _plane.NextSessionAsync();
        await agent.WaitForAsync("SidecarReady");

        for (long generation = 2; generation <= 30; generation++)
        {
            _plane.Boot = BootConfigurations.Make(generation, live: $"live-{generation}");
            session.Send(new PlaneMessage { LiveConfiguration = Live(generation) });
            if (generation == 15)
            {
                agent.Signal("HUP");
            }
        }

        FakeSession next = await _plane.NextSessionAsync();
        await Eventually.Is(() => next.Received.Any(m => m.BootConfigurationStatus is { Generation: 30, Error: "" }), "the last one is in force");
        (await File.ReadAllTextAsync(Path.Combine(Boot, "hosts"))).ShouldContain("live-30");
        next.Proof.Epoch.ShouldBeGreaterThan(0);
        SidecarStarts().ShouldBe(1);
        agent.Other.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("+2h")]
    [InlineData("-2h")]
    public async Task A_clock_two_hours_off_keeps_it_out_and_is_told_with_what_to_run(string offset)
    {
        Capability.Faketime.Require();
        await using AgentProcess agent = AgentProcess.Start(_options, _directory, $"export LD_PRELOAD=$(ls /usr/lib/*/faketime/libfaketimeMT.so.1) FAKETIME={offset}; exec \"$@\"");
        JsonObject failed = await agent.WaitForAsync("AttemptFailed");
        failed["errorId"]!.ToString().ShouldBe("ClockOff");
        failed["message"]!.ToString().ShouldContain("timedatectl");
        _plane.Authorizations.ShouldBeEmpty();
        agent.Other.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_route_it_says_so_and_starts_from_what_it_had()
    {
        Capability.NetworkNamespaces.Require();
        await JoinAndKillAsync();
        await StopSidecarAsync();

        // The name is looked up in /etc/hosts; nothing leads anywhere, not even to the machine itself.
        await using AgentProcess agent = AgentProcess.Start(_options, _directory, "exec unshare --net -- \"$@\"");
        JsonObject failed = await agent.WaitForAsync("AttemptFailed");
        failed["errorId"]!.ToString().ShouldBe("EndpointUnreachable");
        await agent.WaitForAsync("SidecarReady");
        SidecarStarts().ShouldBe(2);

        // A link alone doesn't bring the plane; the agent asks on.
        await agent.InsideAsync("ip", "link", "set", "lo", "up");
        await Eventually.Is(() => agent.Count("AttemptFailed") > 1, "another reason is told");
        agent.Other.ShouldBeEmpty();
    }

    [Fact]
    public async Task State_of_a_newer_agent_is_read_by_an_older_one()
    {
        await JoinAndKillAsync();
        string workload = _directory["state/workloads/bookinfo.ratings"];
        foreach (string file in (string[])[$"{workload}/registration.json", $"{workload}/sidecar.json", Path.Combine(Boot, "version.json")])
        {
            var json = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(file))!;
            json["fieldOfTomorrow"] = new JsonObject { ["a"] = 1 };
            await File.WriteAllTextAsync(file, json.ToJsonString());
        }

        await using AgentProcess older = AgentProcess.Start(_options, _directory);
        (await _plane.NextSessionAsync()).Proof.Epoch.ShouldBeGreaterThan(0, "it goes on with its registration");
        SidecarStarts().ShouldBe(1);
    }

    [Fact]
    public async Task A_disk_that_was_copied_to_another_machine_is_another_member_with_another_sidecar()
    {
        Capability.NetworkNamespaces.Require();
        await using (AgentProcess original = AgentProcess.Start(_options, _directory, OnMachine("0123456789abcdef0123456789abcdef")))
        {
            await original.WaitForAsync("SidecarReady");
        }

        string key = await File.ReadAllTextAsync(_directory["state/agent-key.pem"]);
        await using AgentProcess copy = AgentProcess.Start(_options, _directory, OnMachine("fedcba9876543210fedcba9876543210"));
        await copy.WaitForAsync("KeyReplaced");
        await copy.WaitForAsync("StateDiscarded");
        await copy.WaitForAsync("SidecarReady");

        (await File.ReadAllTextAsync(_directory["state/agent-key.pem"])).ShouldNotBe(key);
        await Eventually.Is(() => SidecarStarts() == 2, "the other machine's sidecar has the other machine's certificate");
    }

    [Theory]
    [InlineData("127.0.0.9", "127.0.0.1")]
    [InlineData("127.0.0.1", "127.0.0.9")]
    public async Task One_dead_address_of_several_of_the_endpoint_keeps_no_one_out(string first, string second)
    {
        Capability.NetworkNamespaces.Require();
        string hosts = $"printf \"%s localhost\\n\" {first} {second} >{_directory["etc"]}/hosts; echo \"hosts: files\" >{_directory["etc"]}/nsswitch.conf";
        await using AgentProcess agent = AgentProcess.Start(_options, _directory, WithEtc(hosts));
        await agent.WaitForAsync("SidecarReady");
        agent.Count("AttemptFailed").ShouldBe(0, agent.Other);
    }

    private string OnMachine(string id) => WithEtc($"echo {id} >{_directory["etc"]}/machine-id");

    // Files of /etc of its own, as far as the script makes them.
    private string WithEtc(string script) =>
        $"""exec unshare --mount -- sh -ec 'mkdir -p {_directory["etc"]}; cp -a /etc/. {_directory["etc"]}; {script}; mount --bind {_directory["etc"]} /etc; exec "$@"' sh "$@" """;

    private static void Fill(string path)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 });
        for (int size = 64 * 1024; size > 0; size /= 8)
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // Smaller pieces may fit.
            }
        }
    }

    private static LiveConfiguration Live(long generation) => new()
    {
        Version = new BootConfigurationVersion { Generation = generation, CoreHash = "core-1", LiveHash = $"live-{generation}" },
        RegistrationUid = "uid-1",
        Hosts = $"127.0.0.1 istiod-live-{generation}.istio-system.svc\n",
    };

    private static async Task<BootConfigurationStatus> StatusAsync(FakeSession session, long generation) =>
        (await session.ReceiveAsync(m => m.BootConfigurationStatus?.Generation == generation, $"what became of generation {generation}")).BootConfigurationStatus;

    private async Task JoinAndKillAsync()
    {
        await using AgentProcess agent = AgentProcess.Start(_options, _directory);
        await agent.WaitForAsync("SidecarReady");
        await _plane.NextSessionAsync();
    }

    private int SidecarStarts() => File.ReadLines(_directory["sidecar.log"]).Count(l => l.StartsWith("start ", StringComparison.Ordinal));

    // A killed agent leaves its sidecar running. One that is told to end and hasn't would be taken over by the next agent.
    private async Task StopSidecarAsync()
    {
        string log = _directory["sidecar.log"];
        foreach (string line in File.Exists(log) ? File.ReadAllLines(log).Where(l => l.StartsWith("start ", StringComparison.Ordinal)) : [])
        {
            string id = line.Split(' ')[1];
            if (!IsSidecar(id))
            {
                continue;
            }

            using var kill = Process.Start("kill", ["-KILL", id]);
            await kill.WaitForExitAsync();
            await Eventually.Is(() => !IsSidecar(id), $"the sidecar {id} ends");
        }
    }

    // Ids are given again: another's process must not be ended.
    private bool IsSidecar(string id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Contains(_directory.Path, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
