using System.Text.Json.Nodes;
using Onboarding.Api.Install;

namespace Onboarding.Fleet.Installation;

/// <summary>What is to be installed, and where.</summary>
public sealed record InstallOptions
{
    /// <summary>Namespace of the plane, which is Istio's.</summary>
    public string Namespace { get; init; } = OnboardingPlane.DefaultNamespace;

    /// <summary>Registry and path of the images, without a slash at its end; null: the images have no registry in their names.</summary>
    public string? Hub { get; init; }

    /// <summary>Tag of the images; null: that of the shipped Deployment.</summary>
    public string? Tag { get; init; }

    /// <summary>Namespaces that workloads are onboarded to, each with the service accounts that its WorkloadGroups name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> OnboardedNamespaces { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The OnboardingPlane; null: none is applied, and one that is there stays as it is.</summary>
    public JsonObject? Plane { get; init; }
}
