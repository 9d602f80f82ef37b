using Onboarding.Endpoint.Hosting;

namespace Onboarding.Lab.Hosting;

/// <summary>How a plane on one machine is started.</summary>
public sealed record LabOptions
{
    /// <summary>Where control plane, certificate authority and their keys are kept.</summary>
    public string DataDirectory { get; init; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "onboarding");

    /// <summary>Port of the embedded API server; 0 for any.</summary>
    public int ApiPort { get; init; } = 16443;

    /// <summary>Port of the embedded istiod; 0 for any.</summary>
    public int IstiodPort { get; init; } = 15012;

    /// <summary>The endpoint's own options. Its cluster is the embedded one; it makes its certificate unless it is given one.</summary>
    public EndpointOptions Endpoint { get; init; } = new();
}
