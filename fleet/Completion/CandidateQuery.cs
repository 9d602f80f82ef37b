namespace Onboarding.Fleet.Completion;

/// <summary>What the command line says already.</summary>
/// <param name="Context">Value of <c>-Context</c>.</param>
/// <param name="KubeConfig">Value of <c>-KubeConfig</c>.</param>
/// <param name="Namespace">Value of <c>-Namespace</c>.</param>
public sealed record CandidateQuery(string? Context, string? KubeConfig, string? Namespace);
