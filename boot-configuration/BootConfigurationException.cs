namespace Onboarding.BootConfiguration;

/// <summary>An input of the boot configuration can't be read; the message says which one, and why in Istio's own words where it has any.</summary>
public sealed class BootConfigurationException : Exception
{
    /// <summary>For serialisers and tests.</summary>
    public BootConfigurationException()
    {
    }

    /// <summary>What was wrong and where.</summary>
    public BootConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>What was wrong and where, and what found it.</summary>
    public BootConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
