using Onboarding.Fleet.Completion;

namespace Onboarding.Cmdlets;

/// <summary>Completes the namespaces of the cluster.</summary>
public sealed class NamespaceCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.Namespaces(query);
}
