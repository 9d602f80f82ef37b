namespace Onboarding.Plane.Hosting;

/// <summary>The program can't start; the message says what is wrong, where, and the next command to run.</summary>
public sealed class StartException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StartException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
