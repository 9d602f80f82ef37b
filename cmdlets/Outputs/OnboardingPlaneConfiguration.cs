using Onboarding.Fleet.Planes;

namespace Onboarding.Cmdlets;

/// <summary>The plane's configuration: what it accepts, and whether that is in force.</summary>
public sealed class OnboardingPlaneConfiguration
{
    internal OnboardingPlaneConfiguration(Api.Install.OnboardingPlane plane)
    {
        Namespace = plane.Metadata.Namespace ?? "";
        Name = plane.Metadata.Name;
        Uid = plane.Spec?.Uid ?? plane.Status?.Uid;
        (Accepted, string? why) = PlaneView.ConditionOf(plane, "Accepted");
        (Ready, string? unready) = PlaneView.ConditionOf(plane, "Ready");
        Message = Accepted == false ? why : Ready == false ? unready : null;
        Issuers = new FlatList<string>(PlaneView.IssuersOf(plane));
        Platforms = new FlatList<string>(PlaneView.PlatformsOf(plane));
        Manifest = PlaneView.Write(plane);
    }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Audience of every credential.</summary>
    public string? Uid { get; }

    /// <summary>True if the operator counts it; null if it has not said yet.</summary>
    public bool? Accepted { get; }

    /// <summary>True if the plane serves; null if the operator has not said yet.</summary>
    public bool? Ready { get; }

    /// <summary>What is wrong, and what to do; null if nothing is.</summary>
    public string? Message { get; }

    /// <summary>Issuers of JSON Web Tokens that it trusts.</summary>
    public FlatList<string> Issuers { get; }

    /// <summary>Platforms whose credentials it accepts, as policies call them.</summary>
    public FlatList<string> Platforms { get; }

    /// <summary>It as YAML: <c>Set-OnboardingPlane -Path</c> takes a file of it.</summary>
    public string Manifest { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
