namespace Onboarding.Laptop.Planes;

/// <summary>How to start a plane on this machine.</summary>
public sealed record LaptopPlaneOptions
{
    /// <summary>Where it keeps its data.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Port for agents; 0 for any, and any for its other ports; null for the usual ports, or others if they are taken.</summary>
    public int? Port { get; init; }

    /// <summary>The endpoint's program; null to look for it.</summary>
    public string? EndpointPath { get; init; }

    /// <summary>True to add Bookinfo's ratings, to be joined by this machine.</summary>
    public bool Sample { get; init; }

    /// <summary>How long it may take to be ready.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where a plane is kept that no one said where to keep.</summary>
    public static string DefaultDataDirectory { get; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".onboarding", "embedded");
}
