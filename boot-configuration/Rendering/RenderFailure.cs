namespace Onboarding.BootConfiguration.Rendering;

/// <summary>Why nothing was rendered. The number is the exit code of the command.</summary>
public enum RenderFailure
{
    /// <summary>The options don't say enough, or contradict each other.</summary>
    Usage = 2,

    /// <summary>A file can't be read, or what is in it.</summary>
    Input = 3,

    /// <summary>The cluster can't be reached, refuses, or lacks something.</summary>
    Cluster = 4,

    /// <summary>The output can't be written.</summary>
    Output = 5,
}
