namespace Onboarding.SidecarProbe;

/// <summary>What the probe is started with.</summary>
public sealed record ProbeOptions
{
    /// <summary>Holds cluster.env, mesh.yaml, root-cert.pem, istio-token and hosts.</summary>
    public required string BootDirectory { get; init; }

    /// <summary>Port of <c>/healthz/ready</c> on 127.0.0.1; unset takes mesh.yaml's <c>statusPort</c>, else 15020; 0 any free one.</summary>
    public int? StatusPort { get; init; }

    /// <summary>Only run the checks.</summary>
    public bool Once { get; init; }

    /// <summary>How long it stays, no longer ready, after it was told to stop.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long certificates are asked for.</summary>
    public TimeSpan CertificateLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
