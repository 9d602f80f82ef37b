namespace Grpc.Core;

/// <summary>How to write a message.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>Write and send.</summary>
    None = 0,

    /// <summary>It may wait for the next write, to save packets.</summary>
    BufferHint = 1,

    /// <summary>Don't compress. Nothing is ever compressed here when it is sent.</summary>
    NoCompress = 2,
}
