using System.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Onboarding.Embedded.Istio;

/// <summary>Settings of the istiod stand-in.</summary>
public sealed record IstiodOptions
{
    /// <summary>Directory of the certificate authority's key (mode 0600) and certificate; made at the first start.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>What is plugged in instead of, or beside, the authority of that directory from the start.</summary>
    internal PluggedCertificates Plugged { get; init; } = PluggedCertificates.None;

    /// <summary>Says who a token belongs to.</summary>
    public required TokenReviewer TokenReviewer { get; init; }

    /// <summary>Port; 0 takes any free one.</summary>
    public int Port { get; init; } = 15012;

    /// <summary>Address to listen on.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Namespace istiod seems to run in; part of the names in its certificate.</summary>
    public string IstioNamespace { get; init; } = "istio-system";

    /// <summary>Its revision, whose name is in its certificate, too; none for the default one.</summary>
    public IReadOnlyList<string> Revisions { get; init; } = [];

    /// <summary>Trust domain of the identities it issues.</summary>
    public string TrustDomain { get; init; } = "cluster.local";

    /// <summary>Name of its own cluster, which callers give in the header <c>clusterid</c>.</summary>
    public string ClusterId { get; init; } = "Kubernetes";

    /// <summary>Audiences of tokens it takes.</summary>
    public IReadOnlyList<string> TokenAudiences { get; init; } = ["istio-ca"];

    /// <summary>Told of proxies that have a WorkloadEntry; null if no one keeps any.</summary>
    public IProxyObserver? ProxyObserver { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where logs go.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
