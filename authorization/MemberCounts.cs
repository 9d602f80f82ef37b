namespace Onboarding.Authorization;

/// <summary>How many members a policy has.</summary>
/// <param name="Members">Members that some rule matches.</param>
/// <param name="Rules">Members that each rule of <c>allow</c> matches; one that two match counts for both.</param>
public sealed record MemberCounts(int Members, IReadOnlyList<int> Rules);
