using Onboarding.Laptop.Planes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

/// <summary>A4: the log of a plane on a laptop has a ceiling, too.</summary>
public sealed class A4_EndpointLogTests
{
    [Fact]
    public void A4_the_files_of_a_plane_stay_below_their_ceiling_and_keep_the_newest_lines()
    {
        using var directory = new TemporaryDirectory();
        string file = directory["endpoint.log"];
        var log = new EndpointLog(file, _ => { }, ceiling: 2_000);
        log.Keep();

        for (int i = 0; i < 500; i++)
        {
            log.Add($"line {i:000}: words");
            (new FileInfo(file).Length + (File.Exists(EndpointLog.BeforeOf(file)) ? new FileInfo(EndpointLog.BeforeOf(file)).Length : 0)).ShouldBeLessThanOrEqualTo(2_000);
        }

        string[] kept = [.. File.ReadAllLines(EndpointLog.BeforeOf(file)), .. File.ReadAllLines(file)];
        kept.Length.ShouldBeGreaterThan(20);
        kept[^1].ShouldStartWith("line 499");
        kept.ShouldBe(Enumerable.Range(500 - kept.Length, kept.Length).Select(i => $"line {i:000}: words"));
    }

    [Fact]
    public void A4_a_plane_that_starts_again_begins_a_log_and_removes_both_files()
    {
        using var directory = new TemporaryDirectory();
        string file = directory["endpoint.log"];
        var log = new EndpointLog(file, _ => { }, ceiling: 100);
        log.Keep();
        log.Add(new string('a', 60));
        log.Add(new string('b', 60));
        File.Exists(EndpointLog.BeforeOf(file)).ShouldBeTrue();

        var again = new EndpointLog(file, _ => { });
        again.Add("first");
        again.Keep();

        File.ReadAllText(file).ShouldBe("first\n");
        File.Exists(EndpointLog.BeforeOf(file)).ShouldBeFalse();
    }

    [Fact]
    public void B1_a_start_that_is_refused_takes_no_log_of_the_plane_that_runs()
    {
        using var directory = new TemporaryDirectory();
        string file = directory["endpoint.log"];
        File.WriteAllText(file, "running\n");
        File.WriteAllText(EndpointLog.BeforeOf(file), "older\n");

        var refused = new EndpointLog(file, _ => { });
        refused.Add("the directory is in use");

        refused.LastLine.ShouldContain("in use");
        File.ReadAllText(file).ShouldBe("running\n");
        File.ReadAllText(EndpointLog.BeforeOf(file)).ShouldBe("older\n");
    }
}
