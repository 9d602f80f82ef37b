namespace Onboarding.AgentHost;

/// <summary>How the agent's process ends.</summary>
internal static class ExitCodes
{
    /// <summary>It did what it was told to.</summary>
    public const int Success = 0;

    /// <summary>It couldn't.</summary>
    public const int Failure = 1;

    /// <summary>A configuration file or an argument is wrong; starting again changes nothing.</summary>
    public const int Configuration = 2;
}
