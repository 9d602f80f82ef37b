namespace Onboarding.Endpoint.Authorization;

/// <summary>What became of one condition of a rule.</summary>
/// <param name="Kind">Which, as it stands in the policy, e.g. <c>jwt.issuer</c>.</param>
/// <param name="Holds">True if it holds.</param>
/// <param name="Expected">What the rule asks for.</param>
/// <param name="Actual">What the workload has.</param>
internal sealed record ConditionResult(string Kind, bool Holds, string Expected, string Actual)
{
    /// <summary>For the audit log: the kind alone if it holds, else both values.</summary>
    public override string ToString() => Holds ? $"{Kind} matched" : $"{Kind} is {Actual}, not {Expected}";
}
