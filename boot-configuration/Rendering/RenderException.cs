namespace Onboarding.BootConfiguration.Rendering;

/// <summary>Nothing was rendered, and nothing written. The message begins with istioctl's own words where that has any.</summary>
public sealed class RenderException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="failure">What kind of failure it is.</param>
    /// <param name="errorId">A stable name, PascalCase; see docs/reference/names.md.</param>
    /// <param name="message">What was wrong, and where.</param>
    /// <param name="nextStep">The next command to run, or what to change.</param>
    /// <param name="innerException">What it comes from.</param>
    public RenderException(RenderFailure failure, string errorId, string message, string nextStep, Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
        ErrorId = errorId;
        NextStep = nextStep;
    }

    /// <summary>What kind of failure it is; its number is the exit code.</summary>
    public RenderFailure Failure { get; }

    /// <summary>A stable name for scripts and documentation.</summary>
    public string ErrorId { get; }

    /// <summary>The next command to run, or what to change.</summary>
    public string NextStep { get; }
}
