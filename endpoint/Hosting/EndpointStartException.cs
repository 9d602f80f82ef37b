namespace Onboarding.Endpoint.Hosting;

/// <summary>The endpoint can't start; the message says what is wrong, where, and the next command to run.</summary>
public sealed class EndpointStartException : Exception
{
    /// <summary>Makes the exception.</summary>
    public EndpointStartException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
