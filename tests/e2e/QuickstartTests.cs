using System.Collections.Concurrent;
using Onboarding.Laptop.Processes;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

public sealed class QuickstartTests
{
    [Fact]
    public async Task The_readmes_first_command_shows_the_workload_joining_and_leaving()
    {
        var output = new ConcurrentQueue<string>();
        await using ChildProcess quickstart = Start([], output);

        (await quickstart.WaitForExitAsync(default)).ShouldBe(0, string.Join('\n', output));

        string text = string.Join('\n', output);
        text.ShouldContain("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings");
        text.ShouldContain("expires");
        text.ShouldContain("no registration left");
    }

    [Theory]
    [InlineData(Client.Native.Signals.Interrupt)]
    [InlineData(Client.Native.Signals.Terminate)]
    public async Task With_keep_it_runs_until_Ctrl_C_or_a_polite_kill_and_then_shows_the_workload_leaving(int signal)
    {
        var output = new ConcurrentQueue<string>();
        await using ChildProcess quickstart = Start(["--keep"], output);
        await Eventually.Is(() => output.Any(l => l.Contains("kubectl --kubeconfig", StringComparison.Ordinal)), "the commands to look around with");

        quickstart.Signal(signal);

        (await quickstart.WaitForExitAsync(default)).ShouldBe(0, string.Join('\n', output));
        string.Join('\n', output).ShouldContain("no registration left");
    }

    [Fact]
    public async Task An_unknown_argument_is_refused_with_the_usage()
    {
        var output = new ConcurrentQueue<string>();
        await using ChildProcess quickstart = Start(["--kept"], output);

        (await quickstart.WaitForExitAsync(default)).ShouldBe(2);
        string.Join('\n', output).ShouldContain("--keep");
    }

    /// <summary>As from a terminal: whatever runs the tests (nohup, a job in the background) may ignore SIGINT, and children inherit that.</summary>
    private static ChildProcess Start(string[] arguments, ConcurrentQueue<string> output) => ChildProcess.Start(
        "quickstart",
        "/usr/bin/env",
        ["--default-signal=INT", BuiltPrograms.Quickstart, .. arguments],
        output.Enqueue,
        output.Enqueue,
        ignoreInterrupt: false);
}
