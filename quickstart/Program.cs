using System.Runtime.InteropServices;
using Onboarding.Quickstart;

if (args is ["--help" or "-h" or "-?"])
{
    Console.WriteLine(QuickstartOptions.Help);
    return 0;
}

if (QuickstartOptions.TryRead(args) is not { } options)
{
    Console.Error.WriteLine($"Unknown arguments: {string.Join(' ', args)}\n\n{QuickstartOptions.Help}");
    return 2;
}

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("The agent runs on Linux, and so does this quickstart: use a Linux machine, a container or WSL 2.");
    return 2;
}

// Ctrl+C, a closed terminal or a polite kill: the first one lets the workload leave, the second one ends it all. Without this,
// the pieces would outlive the quickstart.
using var interrupted = new CancellationTokenSource();
PosixSignalRegistration[] signals =
[
    .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = !interrupted.IsCancellationRequested;
        interrupted.Cancel();
    })),
];
int code = await new Story(options).TellAsync(interrupted.Token);
Array.ForEach(signals, signal => signal.Dispose());
return code;
