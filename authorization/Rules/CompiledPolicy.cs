using Onboarding.Api.Policies;
using Onboarding.Api.Reading;

namespace Onboarding.Authorization.Rules;

/// <summary>A policy made ready. One with any error has no rules: half a policy is never in force.</summary>
internal sealed class CompiledPolicy
{
    private const int MostProblems = 5;

    public CompiledPolicy(OnboardingPolicy source)
    {
        Source = source;
        Allow = [.. (source.Spec?.Allow ?? []).Select((rule, i) => CompiledRule.Allow(Name, i + 1, rule))];
        Deny = [.. (source.Spec?.Deny ?? []).Select((rule, i) => CompiledRule.Deny(Name, i + 1, rule))];
    }

    public OnboardingPolicy Source { get; }

    public string Name => Source.Metadata.Name;

    public IReadOnlyList<CompiledRule> Allow { get; }

    public IReadOnlyList<CompiledRule> Deny { get; }

    /// <summary>True if it can't be read and has <c>deny</c>: it closes its namespace.</summary>
    public bool Closes => Source.Spec is null && Source.MentionsDeny;

    /// <summary>What is wrong with it, for people.</summary>
    public string Problems => string.Join(
        "; ", Source.Problems.Where(p => p.Severity == ProblemSeverity.Error).Take(MostProblems).Select(p => $"{p.Path}: {p.Message}"));
}
