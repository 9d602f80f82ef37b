namespace Onboarding.Client.Sidecar;

/// <summary>A running sidecar: a process of the agent's, or a unit of the machine's service manager.</summary>
internal interface ISidecarProcess : IDisposable
{
    /// <summary>Its main process.</summary>
    ProcessIdentity Identity { get; }

    /// <summary>When it started; null if that can't be told.</summary>
    DateTimeOffset? StartedAt { get; }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code, if this agent may know it.</returns>
    Task<int?> WaitForExitAsync(CancellationToken cancellationToken);

    /// <summary>Asks it to drain and end.</summary>
    void Terminate();

    /// <summary>Ends it and all it started.</summary>
    void Kill();
}
