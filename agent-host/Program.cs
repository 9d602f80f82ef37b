using System.CommandLine;
using Onboarding.AgentHost.Commands;

// The agent answers signals itself: leaving the mesh takes as long as the sidecar drains, and a library that ends the process
// after two seconds would cut it off.
return await AgentCommandLine.Build(Console.Out, Console.Error).Parse(args).InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = null });
