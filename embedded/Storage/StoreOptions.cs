namespace Onboarding.Embedded.Storage;

/// <summary>Settings of a store.</summary>
internal sealed record StoreOptions(string Path)
{
    /// <summary>Changes that a watch can resume over; older ones are answered with 410.</summary>
    public int KeptChanges { get; init; } = 10_000;

    /// <summary>History is cut whenever it is this much longer than <see cref="KeptChanges"/>.</summary>
    public int CutEvery { get; init; } = 2_000;

    /// <summary>Most writes in one transaction.</summary>
    public int LargestBatch { get; init; } = 256;
}
