using Onboarding.Api;

namespace Onboarding.Fleet.Reports;

/// <summary>A line of an auditor's report.</summary>
/// <param name="Section"><c>MayJoin</c>, <c>Joined</c> or <c>Refused</c>.</param>
/// <param name="Namespace">Namespace of the group.</param>
/// <param name="WorkloadGroup">The group.</param>
/// <param name="Who">An identity, or what a rule says of it.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Rule">Its rule, counted from 1.</param>
/// <param name="Time">Since when it may, when it joined, when it was refused last.</param>
/// <param name="Detail">Limits of a rule, address of a member, reason of a refusal.</param>
/// <param name="Count">Members of a rule, refusals of a machine.</param>
public sealed record ReportRow(
    string Section, string Namespace, string WorkloadGroup, string Who, string? Policy, int? Rule, DateTimeOffset? Time, string? Detail, int? Count)
{
    /// <summary><c>MayJoin</c>, <c>Joined</c> or <c>Refused</c>.</summary>
    public string Section { get; } = ForeignText.Clean(Section);

    /// <summary>Namespace of the group.</summary>
    public string Namespace { get; } = ForeignText.Clean(Namespace);

    /// <summary>The group.</summary>
    public string WorkloadGroup { get; } = ForeignText.Clean(WorkloadGroup);

    /// <summary>An identity, or what a rule says of it.</summary>
    public string Who { get; } = ForeignText.Clean(Who);

    /// <summary>The policy.</summary>
    public string? Policy { get; } = ForeignText.CleanIfAny(Policy);

    /// <summary>Limits of a rule, address of a member, reason of a refusal.</summary>
    public string? Detail { get; } = ForeignText.CleanIfAny(Detail);
}
