using System.Globalization;
using Onboarding.Client.Errors;
using Onboarding.Laptop.Processes;

namespace Onboarding.Laptop.Planes;

/// <summary>Starts a plane with its own control plane as a child of this process.</summary>
internal static class PlaneStarter
{
    // onboarding-lab's exit code where another process has the data directory.
    private const int InUse = 3;
    private const int UsualPort = 15443;
    private const int UsualApiPort = 16443;
    private const int UsualIstiodPort = 15012;

    public static async Task<EmbeddedPlane> StartAsync(
        string name, LaptopPlaneOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        RequireUnix(OperatingSystem.IsWindows());
        LabProgram program = LabProgram.Find(ProgramFinder.Default, options.EndpointPath);
        SamplePrograms? sample = options.Sample ? SamplePrograms.Find(ProgramFinder.Default, program.Path) : null;
        var files = new PlaneFiles(options.DataDirectory);
        files.Create();
        var lines = new EndpointLog(files.Log, log);
        var ready = new TaskCompletionSource<PlaneReady>(TaskCreationOptions.RunContinuationsAsynchronously);
        log($"starting {program.Path}, data in {files.Root}");
        ChildProcess process = ChildProcess.Start(
            "endpoint", program.Command, [.. program.Arguments, .. Arguments(options, files)], line => Take(line, ready), lines.Add, keepInput: true);
        try
        {
            PlaneReady answer = await WaitAsync(process, ready.Task, options.Patience, lines, cancellationToken);
            lines.Keep();
            var plane = new EmbeddedPlane(name, process, answer, files, Link(answer.Kubeconfig, files.Kubeconfig), options.Sample);
            if (sample is not null)
            {
                await SamplePreparation.PrepareAsync(plane, sample, anyPort: options.Port == 0, cancellationToken);
            }

            return plane;
        }
        catch (Exception e)
        {
            if (e is not OnboardingException { ErrorId: ModuleErrorIds.PlaneAlreadyRunning })
            {
                lines.Keep();
            }

            await process.DisposeAsync();
            throw;
        }
    }

    internal static void RequireUnix(bool isWindows)
    {
        if (isWindows)
        {
            throw new OnboardingException(
                ModuleErrorIds.LinuxOnly,
                "A plane is started beside this process, and what it consists of doesn't run on Windows.",
                "start it in WSL 2 or a Linux container; from here, Connect-OnboardingPlane -Context NAME works with any cluster");
        }
    }

    private static string[] Arguments(LaptopPlaneOptions options, PlaneFiles files)
    {
        bool any = options.Port == 0;
        return
        [
            "--stop-with-input", "--data-directory", files.Root, "--listen", "127.0.0.1", "--audit-log", files.AuditLog,
            "--port", Text(options.Port ?? FreePort.Near(UsualPort)),
            "--embedded-api-port", Text(any ? 0 : FreePort.Near(UsualApiPort)),
            "--embedded-istiod-port", Text(any ? 0 : FreePort.Near(UsualIstiodPort)),
        ];
    }

    private static async Task<PlaneReady> WaitAsync(
        ChildProcess process, Task<PlaneReady> ready, TimeSpan patience, EndpointLog log, CancellationToken cancellationToken)
    {
        Task<int> exit = process.WaitForExitAsync(cancellationToken);
        Task first = await Task.WhenAny(ready, exit, Task.Delay(patience, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (first == ready)
        {
            return await ready;
        }

        if (first == exit && await exit == InUse)
        {
            throw new OnboardingException(
                ModuleErrorIds.PlaneAlreadyRunning,
                log.LastLine.Length > 0 ? log.LastLine : "Another process runs a plane on this data directory.",
                "use it where it was started, stop it there (Stop-OnboardingPlane), or choose another directory: Start-OnboardingPlane -DataDirectory DIRECTORY");
        }

        string why = first == exit ? $"ended with exit code {await exit}" : $"wasn't ready after {patience.TotalSeconds} s";
        throw new OnboardingException(
            ModuleErrorIds.PlaneStartFailed, $"The endpoint {why}. {log.LastLine}".TrimEnd(), $"see all it said: Get-Content '{log.File}'");
    }

    private static void Take(string line, TaskCompletionSource<PlaneReady> ready)
    {
        if (PlaneReady.TryRead(line) is { } seen)
        {
            ready.TrySetResult(seen);
        }
    }

    /// <returns>The link; the file itself where there can be no links.</returns>
    private static string Link(string file, string link)
    {
        try
        {
            File.Delete(link);
            File.CreateSymbolicLink(link, file);
            return link;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return file;
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
