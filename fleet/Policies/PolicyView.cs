using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;

namespace Onboarding.Fleet.Policies;

/// <summary>A policy and what it comes to in its namespace.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Groups">Names of the WorkloadGroups that its rules select, sorted.</param>
public sealed record PolicyView(OnboardingPolicy Policy, IReadOnlyList<string> Groups)
{
    /// <summary>Its namespace.</summary>
    public string Namespace => ForeignText.Clean(Policy.Metadata.Namespace ?? "");

    /// <summary>Its name.</summary>
    public string Name => ForeignText.Clean(Policy.Metadata.Name);

    /// <summary>Names of the WorkloadGroups that its rules select, sorted.</summary>
    public IReadOnlyList<string> Groups { get; } = [.. Groups.Select(ForeignText.Clean)];

    /// <summary>
    /// What it says that has no effect, or another than it looks: as the plane says, which knows whom it trusts; what the policy alone says
    /// where the plane has not looked yet.
    /// </summary>
    public IReadOnlyList<string> Warnings =>
        IsCurrent ? [.. Policy.Status!.Warnings.Select(ForeignText.Clean)] : Texts(ProblemSeverity.Warning);

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<string> Problems => Texts(ProblemSeverity.Error);

    /// <summary>True if the plane counts it, false if not, null if no plane has said yet.</summary>
    public bool? Accepted => Policy.Status?.Conditions.FirstOrDefault(c => c.Type == "Accepted")?.Status switch
    {
        "True" => true,
        "False" => false,
        _ => null,
    };

    /// <summary>True if the plane has looked at it as it is now.</summary>
    public bool IsCurrent => Accepted is not null && Policy.Status?.ObservedGeneration == Policy.Metadata.Generation;

    // They quote what the policy says.
    private string[] Texts(ProblemSeverity severity) =>
        [.. Policy.Problems.Where(p => p.Severity == severity).Select(p => ForeignText.Clean(p.ToString()))];

    /// <summary>Finds the groups it selects.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="groups">The WorkloadGroups of its namespace.</param>
    public static PolicyView Create(OnboardingPolicy policy, IEnumerable<WorkloadGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(policy);
        OnboardingPolicyRule[] rules = [.. policy.Spec?.Allow ?? []];
        return new PolicyView(policy,
        [
            .. groups.Where(g => g.Metadata.Namespace == policy.Metadata.Namespace)
                .Where(g => rules.Any(r => r.OnboardTo.Any(m => m.WorkloadGroupSelector.Matches(g.Metadata.Labels))))
                .Select(g => g.Metadata.Name).Order(StringComparer.Ordinal),
        ]);
    }
}
