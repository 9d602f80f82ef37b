using Onboarding.Fleet.Completion;

namespace Onboarding.Cmdlets;

/// <summary>Completes the registered workloads of the namespace.</summary>
public sealed class WorkloadCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.Workloads(query);
}
