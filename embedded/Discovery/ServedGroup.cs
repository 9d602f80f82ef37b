using System.Collections.Immutable;

namespace Onboarding.Embedded.Discovery;

/// <summary>An API group and its versions, preferred first.</summary>
internal sealed record ServedGroup(string Name, ImmutableArray<string> Versions);
