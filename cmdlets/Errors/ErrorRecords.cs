using System.Management.Automation;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Errors;

namespace Onboarding.Cmdlets.Errors;

/// <summary>Makes error records: a stable id, a category, the object it is about, and what to do next.</summary>
internal static class ErrorRecords
{
    /// <summary>True if the failure was foreseen; anything else is a bug of ours and ends the cmdlet.</summary>
    public static bool IsExpected(Exception exception) =>
        FailureReader.Read(exception) is not null || exception is TimeoutException or IOException or UnauthorizedAccessException;

    /// <summary>Makes one.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="target">The object it is about.</param>
    /// <param name="row">The row of a table that it is about, to begin the message with; empty for none.</param>
    public static ErrorRecord FromException(Exception exception, object? target, string row = "")
    {
        Failure failure = FailureReader.Read(exception) ?? Other(exception);
        return new ErrorRecord(exception, failure.ErrorId, CategoryOf(failure.Kind), target)
        {
            ErrorDetails = new ErrorDetails($"[{failure.ErrorId}] {row}{failure.Message}") { RecommendedAction = failure.NextStep },
        };
    }

    private static Failure Other(Exception exception) => exception switch
    {
        TimeoutException => new Failure(ModuleErrorIds.TimedOut, FailureKind.TimedOut, exception.Message, "repeat it, or allow it more with -TimeoutSec"),
        FileNotFoundException or DirectoryNotFoundException => new Failure(ModuleErrorIds.FileNotFound, FailureKind.NotFound, exception.Message, "correct the path"),
        IOException or UnauthorizedAccessException => new Failure(ModuleErrorIds.FileUnusable, FailureKind.Denied, exception.Message, "check who may read and write it: ls -l"),
        _ => new Failure(
            ModuleErrorIds.UnexpectedFailure,
            FailureKind.NotSpecified,
            $"{exception.GetType().Name}: {exception.Message}",
            "this is a bug; report it with the output of: Get-Error"),
    };

    private static ErrorCategory CategoryOf(FailureKind kind) => kind switch
    {
        FailureKind.NotFound => ErrorCategory.ObjectNotFound,
        FailureKind.InUse => ErrorCategory.ResourceExists,
        FailureKind.Invalid => ErrorCategory.InvalidData,
        FailureKind.Denied => ErrorCategory.PermissionDenied,
        FailureKind.Unauthenticated => ErrorCategory.AuthenticationError,
        FailureKind.Unreachable => ErrorCategory.ConnectionError,
        FailureKind.Unavailable => ErrorCategory.ResourceUnavailable,
        FailureKind.TimedOut => ErrorCategory.OperationTimeout,
        FailureKind.NotInstalled => ErrorCategory.NotInstalled,
        FailureKind.Inapplicable => ErrorCategory.InvalidOperation,
        _ => ErrorCategory.NotSpecified,
    };
}
