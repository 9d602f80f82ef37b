using Google.Protobuf;

namespace Grpc.Core;

/// <summary>Status details in trailers (names as in Grpc.StatusProto).</summary>
public static class MetadataExtensions
{
    /// <summary>Name of the trailer that holds a serialized <c>google.rpc.Status</c>.</summary>
    public const string StatusDetailsTrailerName = "grpc-status-details-bin";

    /// <summary>The status in trailers.</summary>
    /// <param name="metadata">The trailers.</param>
    /// <param name="ignoreParseError">Whether bytes that aren't a status count as none.</param>
    /// <returns>The status, or null.</returns>
    /// <exception cref="InvalidProtocolBufferException">The bytes aren't a status.</exception>
    public static Google.Rpc.Status? GetRpcStatus(this Metadata metadata, bool ignoreParseError = false)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        try
        {
            return metadata.GetValueBytes(StatusDetailsTrailerName) is { } bytes ? Google.Rpc.Status.Parser.ParseFrom(bytes) : null;
        }
        catch (InvalidProtocolBufferException) when (ignoreParseError)
        {
            return null;
        }
    }

    /// <summary>Puts a status into trailers, in place of one that is there.</summary>
    /// <param name="metadata">The trailers.</param>
    /// <param name="status">The status.</param>
    public static void SetRpcStatus(this Metadata metadata, Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(status);
        foreach (Metadata.Entry entry in metadata.GetAll(StatusDetailsTrailerName).ToArray())
        {
            metadata.Remove(entry);
        }

        metadata.Add(StatusDetailsTrailerName, status.ToByteArray());
    }
}
