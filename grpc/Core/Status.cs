namespace Grpc.Core;

/// <summary>How a call ended, and why.</summary>
/// <param name="statusCode">The code.</param>
/// <param name="detail">A message for developers; it travels to the other side.</param>
/// <param name="debugException">What happened on this side; it doesn't travel.</param>
public readonly struct Status(StatusCode statusCode, string? detail, Exception? debugException) : IEquatable<Status>
{
    /// <summary>The call succeeded.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>The call was cancelled.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    private readonly string? _detail = detail;

    /// <summary>A status with its message.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">A message for developers; it travels to the other side.</param>
    public Status(StatusCode statusCode, string? detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; } = statusCode;

    /// <summary>The message; never null.</summary>
    public string Detail => _detail ?? "";

    /// <summary>What happened on this side of the call, if anything; not part of equality.</summary>
    public Exception? DebugException { get; } = debugException;

    /// <summary>Same code and message.</summary>
    public static bool operator ==(Status left, Status right) => left.Equals(right);

    /// <summary>Another code or message.</summary>
    public static bool operator !=(Status left, Status right) => !left.Equals(right);

    /// <inheritdoc />
    public bool Equals(Status other) =>
        StatusCode == other.StatusCode && string.Equals(Detail, other.Detail, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Status other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(StatusCode, Detail);

    /// <inheritdoc />
    public override string ToString() => $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")";
}
