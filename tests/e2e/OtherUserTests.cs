using System.Diagnostics;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Infrastructure;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

/// <summary>Any process of any user can try to open the control socket; one that got through could take the machine out of the mesh.</summary>
public sealed class OtherUserTests
{
    private const UnixFileMode Reachable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode ForAnybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly string[] Nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];

    [Fact]
    public async Task Another_user_is_refused_by_the_socket_and_where_its_mode_was_lost_by_the_kernels_word_on_him()
    {
        Capability.Root.Require();
        await using Mesh mesh = await Mesh.StartAsync();
        await mesh.AllowAsync();
        await mesh.StartAgentAsync();
        await mesh.WaitUntilJoinedAsync();
        string socket = Path.Combine(mesh.Workspace.AgentState, "agent.sock");
        File.SetUnixFileMode(mesh.Workspace.Root, Reachable);
        File.SetUnixFileMode(mesh.Workspace.AgentState, Reachable);
        await RefusedAsync(socket, "status");
        await RefusedAsync(socket, "unregister");

        File.SetUnixFileMode(socket, ForAnybody);
        await RefusedAsync(socket, "status");
        await RefusedAsync(socket, "unregister");
        await RefusedAsync(socket, "sidecar", "stop");

        (int code, string said) = await RunAsync(BuiltPrograms.Agent, "status", "--control-socket", socket);
        // 4: its sidecar isn't ready yet.
        code.ShouldBeOneOf(0, 4);
        said.ShouldContain("bookinfo/ratings");
        (await mesh.EntriesAsync()).Count.ShouldBe(1, mesh.Log);
    }

    [Fact]
    public async Task Another_user_is_told_of_each_command_that_files_are_not_his_to_read()
    {
        Capability.Root.Require();
        using var directory = new TemporaryDirectory();
        File.SetUnixFileMode(directory.Path, Reachable);
        string state = directory["state"];
        string workload = Path.Combine(state, "workloads", "bookinfo.ratings");
        Directory.CreateDirectory(workload);
        File.SetUnixFileMode(state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string onboarding = directory["onboarding.config.yaml"];
        await File.WriteAllTextAsync(
            onboarding,
            """
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: OnboardingConfiguration
            onboardingEndpoint: {host: localhost, port: 1}
            workloadGroup: {namespace: bookinfo, name: ratings}
            """);
        File.SetUnixFileMode(onboarding, ForAnybody);

        await SaidAsync(2, "[StateDirectoryUnreadable]", "bootconfig", "show");
        await SaidAsync(2, "[StateDirectoryUnreadable]", "bootconfig", "diff");

        // Each of its files alone is another's.
        await File.WriteAllTextAsync(Path.Combine(workload, "sidecar.json"), "{}");
        File.SetUnixFileMode(Path.Combine(workload, "sidecar.json"), UnixFileMode.UserRead);
        File.SetUnixFileMode(state, Reachable | UnixFileMode.OtherRead);
        await SaidAsync(1, "StateDirectoryUnreadable", "check", "--json", "--onboarding-config", onboarding);

        async Task SaidAsync(int code, string what, params string[] command)
        {
            (int ended, string said) = await RunAsync("setpriv", [.. Nobody, BuiltPrograms.Agent, .. command, "--state-directory", state]);
            ended.ShouldBe(code, said);
            said.ShouldContain(what);
            said.ShouldNotContain("   at ");
        }
    }

    private static async Task RefusedAsync(string socket, params string[] command)
    {
        (int code, string said) = await RunAsync("setpriv", [.. Nobody, BuiltPrograms.Agent, .. command, "--control-socket", socket]);
        code.ShouldBe(1, said);
        said.ShouldStartWith("[ControlDenied] User nobody ");
        said.ShouldContain("Next: sudo usermod -aG onboarding nobody");
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
