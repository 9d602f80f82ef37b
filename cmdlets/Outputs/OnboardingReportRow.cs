using Onboarding.Fleet.Reports;

namespace Onboarding.Cmdlets;

/// <summary>A line of an auditor's report: who may join what, who did, who was refused.</summary>
public sealed class OnboardingReportRow
{
    internal OnboardingReportRow(ReportRow row)
    {
        Section = row.Section;
        Namespace = row.Namespace;
        WorkloadGroup = row.WorkloadGroup;
        Who = row.Who;
        Policy = row.Policy;
        Rule = row.Rule;
        Time = row.Time;
        Detail = row.Detail;
        Count = row.Count;
    }

    /// <summary><c>MayJoin</c>, <c>Joined</c> or <c>Refused</c>.</summary>
    public string Section { get; }

    /// <summary>Namespace of the group.</summary>
    public string Namespace { get; }

    /// <summary>The group.</summary>
    public string WorkloadGroup { get; }

    /// <summary>Who: an identity, or what a rule says of it.</summary>
    public string Who { get; }

    /// <summary>The policy.</summary>
    public string? Policy { get; }

    /// <summary>Its rule, counted from 1.</summary>
    public int? Rule { get; }

    /// <summary>When the policy was made, the machine joined, the machine was refused last.</summary>
    public DateTimeOffset? Time { get; }

    /// <summary>Limits of a rule, how a member is, why a machine was refused.</summary>
    public string? Detail { get; }

    /// <summary>Members of a rule, refusals of a machine.</summary>
    public int? Count { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Section} {Namespace}/{WorkloadGroup} {Who}";
}
