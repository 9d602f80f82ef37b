namespace Onboarding.Api.Registration;

/// <summary>What a workload adds to its WorkloadEntry.</summary>
public sealed record WorkloadInfo
{
    /// <summary>Labels; those of the WorkloadGroup win. They play no part in policy matching.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
