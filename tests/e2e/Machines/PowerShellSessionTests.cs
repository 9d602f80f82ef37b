using System.Diagnostics;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>A machine that a PowerShell process joins, without the agent service: what the process owns ends with it.</summary>
public sealed class PowerShellSessionTests
{
    private static readonly string Modules = Path.Combine(Repository.Root, "artifacts", "module");

    private static readonly string Script =
        $"""
        $env:PSModulePath = '{Modules}' + [IO.Path]::PathSeparator + $env:PSModulePath
        Register-MeshWorkload /etc/onboarding-agent/onboarding.config.yaml -AgentConfigurationPath /etc/onboarding-agent/agent.config.yaml -StartSidecar
        Start-Sleep 3600
        """;

    [Fact]
    public async Task A_killed_PowerShell_gives_the_machine_back()
    {
        Capability.NetworkNamespaces.Require();
        await using MachinePlane plane = await MachinePlane.StartAsync();
        await using HelloServer elsewhere = HelloServer.Start(plane.Lan.Host);
        await using MachineAgent agent = await plane.StartMachineAsync("shell");
        MachineState before = await MachineState.OfAsync(agent.Machine);
        await agent.ConfigureAsync();
        using Process shell = agent.Machine.Start(
            "env", $"DOTNET_ROOT={Machine.DotnetRoot}", "HOME=/root", Path.Combine(Tool.Directory, "pwsh"), "-NoProfile", "-NonInteractive", "-Command", Script);
        shell.StandardInput.Close();
        Task<string> output = shell.StandardOutput.ReadToEndAsync();
        Task<string> error = shell.StandardError.ReadToEndAsync();
        await agent.WaitUntilReadyAsync();
        (await agent.Machine.RulesAsync()).ShouldContain("istio-output");

        await agent.Machine.RunAsync("pkill -KILL -f '[p]wsh.dll'");
        await shell.WaitForExitAsync();

        string said = $"{await output}{await error}";
        await Eventually.Is(async () => await MachineState.OfAsync(agent.Machine) == before, $"the machine is as before\n{said}");
        (await MachineState.OfAsync(agent.Machine)).ShouldBeBefore(before);
        (await agent.Machine.RunAsync("pgrep -f '[p]ilot-agent' || true")).Trim().ShouldBeEmpty();
        (await agent.Machine.ReachesAsync(elsewhere.Address)).ShouldBeTrue();
    }
}
