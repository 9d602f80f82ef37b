namespace Grpc.Core;

/// <summary>How to write messages.</summary>
/// <param name="flags">The choices.</param>
public class WriteOptions(WriteFlags flags = WriteFlags.None)
{
    /// <summary>Write and send.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>The choices.</summary>
    public WriteFlags Flags { get; } = flags;
}
