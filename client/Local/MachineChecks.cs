using System.Runtime.CompilerServices;
using Onboarding.Client.Checks;
using Onboarding.Client.Errors;
using Onboarding.Client.Logging;

namespace Onboarding.Client.Local;

/// <summary>Everything this machine needs for a join, looked at without joining.</summary>
public static class MachineChecks
{
    private const string ConfigurationCategory = "Configuration";
    private const string ConfigurationName = "configuration";

    /// <summary>The categories, in their order.</summary>
    public static IReadOnlyList<string> Categories { get; } = [ConfigurationCategory, .. OnboardingChecks.Categories];

    /// <summary>The names, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } = [ConfigurationName, .. OnboardingChecks.Names];

    /// <summary>Runs them, one after the other; nothing is changed.</summary>
    /// <param name="request">What would be joined.</param>
    /// <param name="categories">Only these, and what they need; empty for all.</param>
    /// <param name="skip">Names of checks to leave out.</param>
    /// <param name="log">Takes the client's log lines.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<OnboardingCheckResult> RunAsync(
        JoinRequest request,
        IReadOnlyCollection<string> categories,
        IReadOnlyCollection<string> skip,
        Action<LogSeverity, string> log,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(categories);
        ArgumentNullException.ThrowIfNull(skip);
        LocalPaths.RequireLinux();
        using TemporaryToken token = new(request.Token);
        request = token.Path is { } path ? request with { TokenPath = path, Token = null } : request;
        long started = TimeProvider.System.GetTimestamp();
        (JoinConfiguration? configuration, OnboardingException? failure) = Read(request);
        TimeSpan took = TimeProvider.System.GetElapsedTime(started);
        if (failure is not null)
        {
            // Without it there is nothing to look at.
            yield return OfConfiguration(CheckStatus.Fail, failure.Message, took) with { Remediation = failure.NextStep, ErrorId = failure.ErrorId };
            yield break;
        }

        if (categories.Count == 0 || categories.Contains(ConfigurationCategory, StringComparer.OrdinalIgnoreCase))
        {
            string detail = $"joins {configuration!.Onboarding.WorkloadGroup} at {configuration.Onboarding.OnboardingEndpoint.Host}:{configuration.Onboarding.OnboardingEndpoint.Port}";
            yield return OfConfiguration(CheckStatus.Pass, detail, took);
        }

        string[] others = [.. categories.Where(c => !c.Equals(ConfigurationCategory, StringComparison.OrdinalIgnoreCase))];
        if (categories.Count > 0 && others.Length == 0)
        {
            yield break;
        }

        var options = new OnboardingAgentOptions
        {
            Onboarding = configuration!.Onboarding,
            Agent = configuration.Agent,
            StateDirectory = request.StateDirectory ?? LocalPaths.OwnState,
            OwnerKind = ProcessSessions.OwnerKind,
            LoggerFactory = new DelegateLoggerFactory((_, line) => log(LogSeverity.Debug, line)),
        };
        await foreach (OnboardingCheckResult result in OnboardingChecks.RunAsync(options, others, skip, cancellationToken))
        {
            yield return result;
        }
    }

    private static OnboardingCheckResult OfConfiguration(CheckStatus status, string detail, TimeSpan took) => new()
    {
        Category = ConfigurationCategory,
        Name = ConfigurationName,
        Status = status,
        Detail = detail,
        Remediation = "",
        ErrorId = "",
        Duration = took,
        DependsOn = [],
    };

    private static (JoinConfiguration? Configuration, OnboardingException? Failure) Read(JoinRequest request)
    {
        try
        {
            return (JoinConfiguration.Read(request), null);
        }
        catch (OnboardingException e)
        {
            return (null, e);
        }
    }
}
