using Onboarding.Fleet.Completion;

namespace Onboarding.Cmdlets;

/// <summary>Completes the contexts of the kubeconfig.</summary>
public sealed class ContextCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => Candidates.Contexts(query.KubeConfig);
}
