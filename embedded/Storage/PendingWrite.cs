namespace Onboarding.Embedded.Storage;

/// <summary>Writes that wait for the writer: all of them happen or none.</summary>
internal sealed record PendingWrite(IReadOnlyList<StoreWrite> Writes)
{
    // The continuation runs elsewhere, so that a request can't hold up the writer.
    public TaskCompletionSource<IReadOnlyList<StoredObject>> Done { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
