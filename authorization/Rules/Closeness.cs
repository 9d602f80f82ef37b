namespace Onboarding.Authorization.Rules;

/// <summary>How close a workload comes to a rule.</summary>
/// <param name="Score">The higher the closer; 0 if nothing holds.</param>
/// <param name="Matched">The most conditions on the identity, the platform left out, that hold in one of the rule's matchers.</param>
internal readonly record struct Closeness(double Score, int Matched);
