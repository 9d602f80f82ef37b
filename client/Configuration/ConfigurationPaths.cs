namespace Onboarding.Client.Configuration;

/// <summary>Where the configuration files are.</summary>
/// <param name="Onboarding">The OnboardingConfiguration.</param>
/// <param name="Agent">The AgentConfiguration.</param>
public sealed record ConfigurationPaths(string Onboarding, string Agent)
{
    /// <summary>Where the OnboardingConfiguration is unless someone says otherwise.</summary>
    public const string DefaultOnboarding = "/etc/onboarding-agent/onboarding.config.yaml";

    /// <summary>Where the AgentConfiguration is unless someone says otherwise.</summary>
    public const string DefaultAgent = "/etc/onboarding-agent/agent.config.yaml";

    /// <summary>
    /// True if there is no AgentConfiguration and needn't be one. Where it is expected, it may be absent; a path of someone's
    /// own that leads nowhere is a mistake.
    /// </summary>
    public bool AgentIsAbsent => Agent == DefaultAgent && !File.Exists(Agent);
}
