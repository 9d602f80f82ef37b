using System.Net;
using Onboarding.Endpoint.Connections;
using Onboarding.Plane.Hosting;

namespace Onboarding.Endpoint.Hosting;

/// <summary>How an endpoint is started: what the command line says, and what tests put in its place.</summary>
public sealed record EndpointOptions : PlaneOptions
{
    /// <summary>Port that agents dial; 0 for any.</summary>
    public int Port { get; init; } = 15443;

    /// <summary>Address to listen on.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Any;

    /// <summary>Server certificate with its chain, PEM.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>Its private key, PEM.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Fetch issuers' keys from private networks too.</summary>
    public bool AllowPrivateIssuers { get; init; }

    /// <summary>Fetch issuers' keys from this machine too; for demonstrations and tests.</summary>
    public bool AllowLoopbackIssuers { get; init; }

    /// <summary>Roots (PEM) to trust for issuers instead of the system's; null for the system's.</summary>
    public string? IssuerAuthorities { get; init; }

    /// <summary>Load balancers whose word counts for where connections come from (PROXY protocol, version 2, required of them).</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Directory or https URL of the trust anchors: certificates of clouds, by file.</summary>
    public string? TrustAnchors { get; init; }

    /// <summary>
    /// Where to connect for AWS's services instead of their public addresses: a private endpoint, or a test's. Certificates must
    /// still be of the services' names.
    /// </summary>
    public DnsEndPoint? AwsAddress { get; init; }

    /// <summary>Directory of packages to serve to anyone on the same port; null for none.</summary>
    public string? Packages { get; init; }

    /// <summary>Service in the plane's namespace by which workloads reach istiod.</summary>
    public string IngressService { get; init; } = "istio-eastwestgateway";

    /// <summary>How long sessions get to move elsewhere when the endpoint stops.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What callers who have proved nothing may hold; null to take it from what the process has.</summary>
    internal ConnectionLimits? ConnectionLimits { get; init; }

    /// <summary>The clock by which calls take too long; a test's doesn't move by itself, as a slow machine isn't a cluster that hangs.</summary>
    internal TimeProvider CallClock { get; init; } = TimeProvider.System;

    /// <summary>How names of load balancers are looked up; tests have their own.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> ResolveHost { get; init; } =
        static (host, stop) => Dns.GetHostAddressesAsync(host, stop);

    /// <summary>Makes the server certificate where it isn't in files: a plane on a laptop brings its own authority.</summary>
    internal Func<ServerCertificate>? MakeCertificate { get; init; }
}
