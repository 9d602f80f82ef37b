using Onboarding.Fleet.Installation;

namespace Onboarding.Cmdlets;

/// <summary>A plane that was installed into a cluster.</summary>
public sealed class OnboardingInstallation
{
    internal OnboardingInstallation(string ns, int objectCount, InstallState state)
    {
        Namespace = ns;
        ObjectCount = objectCount;
        Status = state.IsReady ? "Ready" : "Progressing";
        Waiting = state.IsReady ? null : state.Waiting;
        Address = state.Address;
        IstioVersion = state.IstioVersion;
    }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary><c>Ready</c> or <c>Progressing</c>.</summary>
    public string Status { get; }

    /// <summary>What it waits for; null if it is ready.</summary>
    public string? Waiting { get; }

    /// <summary>Name or address of the load balancer; null if none has given one.</summary>
    public string? Address { get; }

    /// <summary>Istio's version; null if istiod's image doesn't say.</summary>
    public string? IstioVersion { get; }

    /// <summary>How many objects were applied.</summary>
    public int ObjectCount { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}: {Status}";
}
