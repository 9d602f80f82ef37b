using Onboarding.Client.Sidecar.RootPart;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

/// <summary>Under the service a sidecar outlives its agent's crash; the part that runs as root ends it when no agent is back.</summary>
public sealed class B7_AbandonedSidecarTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly TestLog _log = new();
    private readonly DateTimeOffset _began;

    public B7_AbandonedSidecarTests()
    {
        Directory.CreateDirectory(_directory["root/usr/bin"]);
        Directory.CreateDirectory(_directory["root/etc/certs"]);
        Directory.CreateDirectory(_directory["own/boot"], Onboarding.Client.Native.FileModes.SecretDirectory);
        // What the machine's own says of the units, and what it was told to do.
        ShellScript.Write(
            _directory,
            "root/usr/bin/systemctl",
            $$"""
            case "$*" in
              *show*)
                for unit; do :; done
                state=$(cat "{{_directory[""]}}/$unit")
                if [ "$state" = looping ]; then
                  # By the number of looks, not by the test's clock: two are seen to run, the third is about to.
                  looks=$(($(cat "{{_directory["looks"]}}" 2>/dev/null || echo 0) + 1)); echo "$looks" >"{{_directory["looks"]}}"
                  if [ "$looks" -gt 31 ]; then state=failed; elif [ $((looks % 3)) = 0 ]; then state=activating; else state=active; fi
                fi
                echo "$state" ;;
              *) echo "$*" >>"{{_directory["told"]}}"; echo inactive >"{{_directory["istio.service"]}}" ;;
            esac
            """);
        File.WriteAllText(_directory["root/etc/hosts"], "127.0.0.1 localhost\n# onboarding-agent: begin\n192.0.2.1 istiod.istio-system.svc\n# onboarding-agent: end\n");
        File.WriteAllText(_directory["own/installed"], "core");
        File.WriteAllText(_directory["own/started"], "core");
        File.WriteAllText(_directory["own/boot/istio-token"], "eyJh.eyJp.c2ln");
        Sidecar("active");
        Agent("activating");
        _began = _time.GetUtcNow();
    }

    private string Told => File.Exists(_directory["told"]) ? File.ReadAllText(_directory["told"]).Trim() : "";

    private TimeSpan Elapsed => _time.GetUtcNow() - _began;

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Without_an_agent_after_60_seconds_it_is_stopped_and_nothing_of_the_mesh_stays()
    {
        Task<bool> watch = Watch();
        await AdvanceToAsync(watch, TimeSpan.FromSeconds(59));
        Told.ShouldBeEmpty("traffic survives a crash");

        await EndAsync(watch);

        (await watch).ShouldBeTrue();
        Elapsed.ShouldBe(TimeSpan.FromSeconds(60));
        Told.ShouldBe("--no-ask-password stop --job-mode=ignore-dependencies istio.service");
        File.ReadAllText(_directory["root/etc/hosts"]).ShouldBe("127.0.0.1 localhost\n");
        Directory.EnumerateFileSystemEntries(_directory["own"]).Select(Path.GetFileName).ShouldBe(["turn"]);
        _log.Entries.ShouldHaveSingleItem().EventId.Id.ShouldBe(5082);
    }

    [Fact]
    public async Task An_agent_that_is_back_keeps_it()
    {
        Task<bool> watch = Watch();
        await AdvanceToAsync(watch, TimeSpan.FromSeconds(58));
        Agent("active");

        await EndAsync(watch);

        (await watch).ShouldBeFalse();
        Told.ShouldBeEmpty();
        File.Exists(_directory["own/installed"]).ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_crashes_again_and_again_is_not_back()
    {
        Agent("looping");
        Task<bool> watch = Watch();

        await EndAsync(watch);

        (await watch).ShouldBeTrue();
        Told.ShouldBe("--no-ask-password stop --job-mode=ignore-dependencies istio.service");
    }

    [Fact]
    public async Task A_sidecar_that_has_crashed_itself_is_cleaned_up_after_too()
    {
        Sidecar("failed");
        Agent("failed");
        Task<bool> watch = Watch();

        await EndAsync(watch);

        (await watch).ShouldBeTrue();
        File.ReadAllText(_directory["root/etc/hosts"]).ShouldNotContain("istiod");
    }

    [Fact]
    public async Task A_unit_that_no_agent_started_is_left_alone_and_an_agent_that_left_in_order_leaves_nothing_to_wait_for()
    {
        File.Delete(_directory["own/installed"]);

        (await Watch()).ShouldBeFalse();

        Elapsed.ShouldBe(TimeSpan.Zero);
        Told.ShouldBeEmpty();
    }

    private void Agent(string state) => Write("onboarding-agent.service", state);

    private void Sidecar(string state) => Write("istio.service", state);

    // Moved into place: it is read all the time.
    private void Write(string unit, string state)
    {
        File.WriteAllText(_directory[$"{unit}.new"], $"{state}\n");
        File.Move(_directory[$"{unit}.new"], _directory[unit], overwrite: true);
    }

    private Task<bool> Watch() =>
        new AbandonedSidecar(_directory["root"], _directory["own"], _time, _log).WatchAsync(AbandonedSidecar.Deadline, TestContext.Current.CancellationToken);

    private async Task AdvanceToAsync(Task watch, TimeSpan elapsed)
    {
        while (Elapsed < elapsed && !watch.IsCompleted)
        {
            await AdvanceAsync(watch);
        }

        await Eventually.Is(() => watch.IsCompleted || _time.PendingTimers > 0, "it has looked");
    }

    private async Task EndAsync(Task watch)
    {
        while (!watch.IsCompleted)
        {
            await AdvanceAsync(watch);
        }
    }

    private async Task AdvanceAsync(Task watch)
    {
        await Eventually.Is(() => watch.IsCompleted || _time.PendingTimers > 0, "it waits for its next look");
        if (!watch.IsCompleted)
        {
            _time.Advance(Second);
        }
    }
}
