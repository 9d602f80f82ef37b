namespace Grpc.Core;

/// <summary>What a caller wants for one call.</summary>
/// <param name="headers">Metadata to send.</param>
/// <param name="deadline">When the call has to be over, in UTC.</param>
/// <param name="cancellationToken">Cancels the call.</param>
/// <param name="writeOptions">How to write requests.</param>
#pragma warning disable CA1068 // The order of the parameters is Grpc.Core's; generated code depends on it.
public readonly struct CallOptions(
    Metadata? headers = null,
    DateTime? deadline = null,
    CancellationToken cancellationToken = default,
    WriteOptions? writeOptions = null)
#pragma warning restore CA1068
{
    /// <summary>Metadata to send.</summary>
    public Metadata? Headers { get; } = headers;

    /// <summary>When the call has to be over, in UTC.</summary>
    public DateTime? Deadline { get; } = deadline;

    /// <summary>Cancels the call.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>How to write requests.</summary>
    public WriteOptions? WriteOptions { get; } = writeOptions;

    /// <summary>The same with other headers.</summary>
    /// <param name="headers">Metadata to send.</param>
    /// <returns>The options.</returns>
    public CallOptions WithHeaders(Metadata headers) => new(headers, Deadline, CancellationToken, WriteOptions);

    /// <summary>The same with another deadline.</summary>
    /// <param name="deadline">When the call has to be over, in UTC.</param>
    /// <returns>The options.</returns>
    public CallOptions WithDeadline(DateTime deadline) => new(Headers, deadline, CancellationToken, WriteOptions);

    /// <summary>The same with another token.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The options.</returns>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) =>
        new(Headers, Deadline, cancellationToken, WriteOptions);

    /// <summary>The same with other write options.</summary>
    /// <param name="writeOptions">How to write requests.</param>
    /// <returns>The options.</returns>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => new(Headers, Deadline, CancellationToken, writeOptions);
}
