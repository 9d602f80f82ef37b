using Onboarding.Client.Configuration;

namespace Onboarding.AgentHost.Commands;

/// <summary>Reads both configuration files and says all that is wrong with them.</summary>
internal static class ValidateCommand
{
    public static int Run(ConfigurationPaths paths, TextWriter output)
    {
        LoadedConfiguration loaded = LoadedConfiguration.Read(paths);
        foreach (FileProblem problem in loaded.Problems)
        {
            output.WriteLine(problem);
        }

        if (loaded.Onboarding is { } onboarding)
        {
            output.WriteLine(
                $"{paths.Onboarding}: valid: joins {onboarding.WorkloadGroup.Namespace}/{onboarding.WorkloadGroup.Name} at {onboarding.OnboardingEndpoint.Host}:{onboarding.OnboardingEndpoint.Port}");
        }

        if (loaded.Agent is not null)
        {
            output.WriteLine(paths.AgentIsAbsent ? $"{paths.Agent}: absent: all defaults" : $"{paths.Agent}: valid");
        }

        return loaded.Errors.Any() ? ExitCodes.Configuration : ExitCodes.Success;
    }
}
