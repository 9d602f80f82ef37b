using System.Text;
using Onboarding.Api;
using Onboarding.Api.Configuration;
using Onboarding.Api.Reading;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Documents;

namespace Onboarding.Client.Configuration;

/// <summary>What came of reading both files, or the environment variables that take their place.</summary>
/// <param name="Onboarding">The OnboardingConfiguration; null if it has an error.</param>
/// <param name="Agent">The AgentConfiguration; null if it has an error.</param>
/// <param name="Problems">Everything that is wrong in either.</param>
public sealed record LoadedConfiguration(
    OnboardingConfiguration? Onboarding,
    AgentConfiguration? Agent,
    IReadOnlyList<FileProblem> Problems)
{
    /// <summary>Where the OnboardingConfiguration is: a file, or the name of a variable.</summary>
    public string OnboardingPlace { get; private init; } = "";

    /// <summary>Where the AgentConfiguration is: a file, or the name of a variable.</summary>
    public string AgentPlace { get; private init; } = "";

    /// <summary>True if there is no AgentConfiguration and needn't be one.</summary>
    public bool AgentIsAbsent { get; private init; }

    /// <summary>The authorities to trust as <see cref="ConfigurationVariables.RootCertificates"/> has them; null: whatever the configuration says.</summary>
    public string? RootCertificates { get; private init; }

    /// <summary>What to call it if the agent doesn't start: of what is wrong in a file and a file that isn't there, the first.</summary>
    public string ErrorId => !Errors.All(e => e.Problem.Reason == ProblemReason.Unreadable) ? ErrorIds.ConfigurationInvalid
        : Path.Exists(Errors.First().File) ? ErrorIds.ConfigurationUnreadable
        : ErrorIds.ConfigurationMissing;

    /// <summary>What to do about <see cref="Errors"/>.</summary>
    public string NextStep
    {
        get
        {
            if (Errors.Any(e => ConfigurationVariables.Names.Contains(e.File)))
            {
                return "correct the variable, which holds the text itself and not a path, and restart the container; onboarding-agent validate reads it, too";
            }

            string validate = "onboarding-agent validate" + Flag("--onboarding-config", OnboardingPlace) + Flag("--agent-config", AgentPlace);
            string act = ErrorId switch
            {
                ErrorIds.ConfigurationMissing => "write the file, or name another one",
                ErrorIds.ConfigurationUnreadable => "let this user read the file, or use sudo",
                _ => "correct them",
            };
            return Errors.Any(e => e.File == ConfigurationPaths.DefaultOnboarding && e.Problem.Reason == ProblemReason.Unreadable)
                ? $"{act} (in a container, {ConfigurationVariables.OnboardingName} may hold the text instead), then run {validate}"
                : $"{act}, then run {validate}";
        }
    }

    /// <summary>The problems because of which the agent doesn't start.</summary>
    public IEnumerable<FileProblem> Errors => Problems.Where(p => p.IsError);

    /// <summary>Reads both, and each to its end: one run shows every problem.</summary>
    /// <param name="paths">Where they are.</param>
    /// <param name="skipOnboarding">True to read the AgentConfiguration only.</param>
    /// <param name="variables">What is read instead of the files; null: nothing is.</param>
    public static LoadedConfiguration Read(ConfigurationPaths paths, bool skipOnboarding = false, ConfigurationVariables? variables = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        variables ??= new ConfigurationVariables();
        string onboardingPlace = variables.Onboarding is null ? paths.Onboarding : ConfigurationVariables.OnboardingName;
        string agentPlace = variables.Agent is null ? paths.Agent : ConfigurationVariables.AgentName;
        bool agentIsAbsent = variables.Agent is null && paths.AgentIsAbsent;
        ReadResult<OnboardingConfiguration> onboarding =
            skipOnboarding ? new ReadResult<OnboardingConfiguration>()
            : Read(ResourceKinds.OnboardingConfiguration, variables.Onboarding, paths.Onboarding);
        ReadResult<AgentConfiguration> agent =
            agentIsAbsent ? new ReadResult<AgentConfiguration> { Value = new AgentConfiguration() }
            : Read(ResourceKinds.AgentConfiguration, variables.Agent, paths.Agent);
        FileProblem? roots = CheckRoots(variables.RootCertificates, onboarding.Value);
        return new LoadedConfiguration(
            onboarding.Value,
            agent.Value,
            [
                .. onboarding.Problems.Select(p => new FileProblem(onboardingPlace, p)),
                .. agent.Problems.Select(p => new FileProblem(agentPlace, p)),
                .. roots is null ? (FileProblem[])[] : [roots],
            ])
        {
            OnboardingPlace = onboardingPlace,
            AgentPlace = agentPlace,
            AgentIsAbsent = agentIsAbsent,
            RootCertificates = roots is null ? variables.RootCertificates : null,
        };
    }

    private static string Flag(string name, string place) => ConfigurationVariables.Names.Contains(place) ? "" : $" {name} {place}";

    private static ReadResult<T> Read<T>(ResourceKind<T> kind, string? text, string path)
        where T : class =>
        text is null ? ResourceReader.ReadFile(kind, path) : ResourceReader.Read(kind, Encoding.UTF8.GetBytes(text));

    // A variable that says whom to trust and can't be used must never end in trusting someone else (attack case 51).
    private static FileProblem? CheckRoots(string? text, OnboardingConfiguration? onboarding)
    {
        if (text is null)
        {
            return null;
        }

        if (onboarding?.OnboardingEndpoint.TransportSecurity?.Tls?.CaFile is { } file)
        {
            return Problem(ProblemSeverity.Warning, $"isn't used, as onboardingEndpoint.transportSecurity.tls.caFile says {file}");
        }

        return TrustedRoots.WhyUnusable(text) is { } why
            ? Problem(ProblemSeverity.Error, $"{why}; it must hold the certificate of the authority of the onboarding endpoint in PEM, its lines kept, or '\\n' or a space between them")
            : null;
    }

    private static FileProblem Problem(ProblemSeverity severity, string message) => new(
        ConfigurationVariables.RootCertificatesName, new Problem { Severity = severity, Reason = ProblemReason.Invalid, Message = message });
}

/// <summary>A problem and the file it is in.</summary>
/// <param name="File">The file.</param>
/// <param name="Problem">What is wrong, and where in it.</param>
public sealed record FileProblem(string File, Problem Problem)
{
    /// <summary>True if the file can't be used because of it.</summary>
    public bool IsError => Problem.Severity == ProblemSeverity.Error;

    /// <summary>As compilers print it, so that editors find the place: <c>file:line:column: path: what is wrong</c>.</summary>
    public override string ToString() => $"{File}:{(Problem.Line == 0 ? " " : "")}{Problem}";
}
