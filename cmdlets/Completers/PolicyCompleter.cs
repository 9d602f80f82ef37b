using Onboarding.Fleet.Completion;

namespace Onboarding.Cmdlets;

/// <summary>Completes the policies of the namespace.</summary>
public sealed class PolicyCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.Policies(query);
}
