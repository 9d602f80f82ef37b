using Onboarding.Api.Configuration;
using Onboarding.Api.Reading;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Configuration;

/// <summary>What came of reading both files.</summary>
/// <param name="Onboarding">The OnboardingConfiguration; null if it has an error.</param>
/// <param name="Agent">The AgentConfiguration; null if it has an error.</param>
/// <param name="Problems">Everything that is wrong in either.</param>
public sealed record LoadedConfiguration(
    OnboardingConfiguration? Onboarding,
    AgentConfiguration? Agent,
    IReadOnlyList<FileProblem> Problems)
{
    /// <summary>Reads both, and each to its end: one run shows every problem.</summary>
    /// <param name="paths">Where they are.</param>
    /// <param name="skipOnboarding">True to read the AgentConfiguration only.</param>
    public static LoadedConfiguration Read(ConfigurationPaths paths, bool skipOnboarding = false)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ReadResult<OnboardingConfiguration> onboarding = skipOnboarding
            ? new ReadResult<OnboardingConfiguration>()
            : ResourceReader.ReadFile(ResourceKinds.OnboardingConfiguration, paths.Onboarding);
        ReadResult<AgentConfiguration> agent = paths.AgentIsAbsent
            ? new ReadResult<AgentConfiguration> { Value = new AgentConfiguration() }
            : ResourceReader.ReadFile(ResourceKinds.AgentConfiguration, paths.Agent);
        return new LoadedConfiguration(
            onboarding.Value,
            agent.Value,
            [
                .. onboarding.Problems.Select(p => new FileProblem(paths.Onboarding, p)),
                .. agent.Problems.Select(p => new FileProblem(paths.Agent, p)),
            ]);
    }

    /// <summary>What to call it if the agent doesn't start: of what is wrong in a file and a file that isn't there, the first.</summary>
    public string ErrorId => !Errors.All(e => e.Problem.Reason == ProblemReason.Unreadable) ? ErrorIds.ConfigurationInvalid
        : Path.Exists(Errors.First().File) ? ErrorIds.ConfigurationUnreadable
        : ErrorIds.ConfigurationMissing;

    /// <summary>The problems because of which the agent doesn't start.</summary>
    public IEnumerable<FileProblem> Errors => Problems.Where(p => p.IsError);
}
