namespace Onboarding.Client.Processes;

/// <summary>Which program to start, and how.</summary>
/// <param name="Path">The executable, absolute.</param>
internal sealed record Launch(string Path)
{
    /// <summary>Arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables added to the agent's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Working directory; null for the agent's.</summary>
    public string? WorkingDirectory { get; init; }
}
