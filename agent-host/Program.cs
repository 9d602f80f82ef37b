using Onboarding.AgentHost.Commands;

return await AgentCommandLine.Build(Console.Out, Console.Error).Parse(args).InvokeAsync();
