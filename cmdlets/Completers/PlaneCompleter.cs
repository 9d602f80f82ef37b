using Onboarding.Fleet.Completion;
using Onboarding.Laptop.Planes;

namespace Onboarding.Cmdlets;

/// <summary>Completes the planes that this process started.</summary>
public sealed class PlaneCompleter : CandidateCompleter
{
    private protected override IReadOnlyList<string> Find(CandidateQuery query) => [.. EmbeddedPlanes.All.Select(p => p.Name)];
}
