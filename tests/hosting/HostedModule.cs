using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Onboarding.Testing;

namespace Onboarding.Tests.Hosting;

/// <summary>The built module, imported into a runspace of this process, as a program that hosts PowerShell does.</summary>
public sealed class HostedModule : IDisposable
{
    private readonly Runspace _runspace;

    public HostedModule()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(Manifest);
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    /// <summary>The directory of the built module.</summary>
    public static string Directory { get; } =
        System.IO.Directory.EnumerateDirectories(Path.Combine(Repository.Root, "artifacts", "module", "Onboarding")).Single();

    private static string Manifest { get; } = Path.Combine(Directory, "Onboarding.psd1");

    /// <summary>Runs a script.</summary>
    /// <returns>What it wrote, and its errors.</returns>
    public (IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors) Run(string script)
    {
        using var shell = PowerShell.Create(_runspace);
        IReadOnlyList<PSObject> output = [.. shell.AddScript(script).Invoke()];
        return (output, [.. shell.Streams.Error]);
    }

    public void Dispose() => _runspace.Dispose();
}
