namespace Onboarding.Client.Sidecar;

/// <summary>Puts a boot configuration where a sidecar that can't be told looks for it.</summary>
internal interface ISidecarFiles
{
    /// <summary>Before each start.</summary>
    /// <param name="bootDirectory">The boot configuration in force.</param>
    void InstallAll(string bootDirectory);

    /// <summary>When hosts or token changed under a running sidecar.</summary>
    /// <param name="bootDirectory">The boot configuration in force.</param>
    void InstallLive(string bootDirectory);

    /// <summary>After the machine has left.</summary>
    void Remove();
}
