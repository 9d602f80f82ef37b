namespace Onboarding.Authorization;

/// <summary>What became of one condition of a rule.</summary>
/// <param name="Kind">Which, as it is in the policy, e.g. <c>jwt.issuer</c>.</param>
/// <param name="Holds">True if it holds.</param>
/// <param name="Expected">What the rule asks for.</param>
/// <param name="Actual">What the workload has.</param>
public sealed record ConditionResult(string Kind, bool Holds, string Expected, string Actual)
{
    /// <summary>What is to be said of it if it doesn't hold; null: that actual isn't expected.</summary>
    public string? Failure { get; init; }

    /// <summary>For people: the kind alone if it holds, else both values.</summary>
    public override string ToString() => Holds ? $"{Kind} matched" : Failure ?? $"{Kind} is {Actual}, not {Expected}";
}
