using Onboarding.Client.Channel;

namespace Onboarding.Client.Configuration;

/// <summary>
/// The configuration as environment variables hold it, under the names that Tetrate's agent has for them: the texts themselves, not
/// paths. It is how containers are configured that no one puts files into, on ECS above all.
/// </summary>
public sealed record ConfigurationVariables
{
    /// <summary>Name of the variable with the OnboardingConfiguration, YAML or JSON.</summary>
    public const string OnboardingName = "ONBOARDING_CONFIG";

    /// <summary>Name of the variable with the AgentConfiguration, YAML or JSON.</summary>
    public const string AgentName = "AGENT_CONFIG";

    /// <summary>Name of the variable with the certificates of the authorities to trust, PEM.</summary>
    public const string RootCertificatesName = TrustedRoots.VariableName;

    /// <summary>The names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [OnboardingName, AgentName, RootCertificatesName];

    /// <summary>The OnboardingConfiguration, which is read instead of a file; null if there is none.</summary>
    public string? Onboarding { get; init; }

    /// <summary>The AgentConfiguration, which is read instead of a file; null if there is none.</summary>
    public string? Agent { get; init; }

    /// <summary>The certificates to trust where the OnboardingConfiguration names no <c>tls.caFile</c>; null: the machine's.</summary>
    public string? RootCertificates { get; init; }

    /// <summary>Reads the variables; one with nothing in it is one that isn't set, as task definitions are made from templates.</summary>
    /// <param name="environment">Value of a variable by its name.</param>
    public static ConfigurationVariables Read(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        string? Text(string name) => environment(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
        return new ConfigurationVariables
        {
            Onboarding = Text(OnboardingName),
            Agent = Text(AgentName),
            RootCertificates = Text(RootCertificatesName),
        };
    }
}
