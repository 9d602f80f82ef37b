using Onboarding.Fleet.Completion;

namespace Onboarding.Cmdlets;

/// <summary>Completes the WorkloadGroups of the namespace.</summary>
public sealed class WorkloadGroupCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.WorkloadGroups(query);
}
