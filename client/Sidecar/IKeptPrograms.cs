namespace Onboarding.Client.Sidecar;

/// <summary>The programs of the last package that the sidecar was ready on, for an agent that starts it itself.</summary>
internal interface IKeptPrograms
{
    /// <summary>True to start these instead of those that are installed.</summary>
    bool AreUsed { get; set; }

    /// <summary>Which package they are of; null if there are none.</summary>
    string? Name { get; }

    /// <summary>Keeps what is installed.</summary>
    /// <param name="name">Names the package; nothing is kept without a name.</param>
    /// <exception cref="IOException">It can't be kept.</exception>
    void Keep(string name);

    /// <summary>Forgets them: the machine is no member any more.</summary>
    void Forget();

    /// <summary>The sidecar as it is to be started now.</summary>
    /// <param name="program">The sidecar as it is installed.</param>
    /// <param name="bootDirectory">Its boot configuration.</param>
    SidecarProgram Apply(SidecarProgram program, string bootDirectory);
}
