namespace Grpc.Core;

/// <summary>How a call ended; the numbers are the wire's (https://github.com/grpc/grpc/blob/master/doc/statuscodes.md).</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The caller cancelled it.</summary>
    Cancelled = 1,

    /// <summary>The server failed in a way it doesn't describe.</summary>
    Unknown = 2,

    /// <summary>The request is wrong, whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call ended.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for doesn't exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and isn't allowed to.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or size limit was exceeded.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is in a state that forbids it; calling again doesn't help until that changes.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict with another call; start over at a higher level.</summary>
    Aborted = 10,

    /// <summary>Past the end of something.</summary>
    OutOfRange = 11,

    /// <summary>The server doesn't have this service or method.</summary>
    Unimplemented = 12,

    /// <summary>The protocol was broken by one of the sides.</summary>
    Internal = 13,

    /// <summary>The server can't be reached now; call again.</summary>
    Unavailable = 14,

    /// <summary>Data was lost for good.</summary>
    DataLoss = 15,

    /// <summary>The caller isn't known.</summary>
    Unauthenticated = 16,
}
