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

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    // The first Ctrl+C lets the workload leave; the second one ends it all.
    press.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
};
return await new Story(options).TellAsync(interrupted.Token);
