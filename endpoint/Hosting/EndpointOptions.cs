using System.Net;
using Onboarding.Endpoint.BootConfiguration;

namespace Onboarding.Endpoint.Hosting;

/// <summary>How an endpoint is started: what the command line says, and what tests put in its place.</summary>
public sealed record EndpointOptions
{
    /// <summary>Starts an embedded control plane in the same process and uses it as the cluster.</summary>
    public bool Embedded { get; init; }

    /// <summary>Where the embedded control plane, the certificate authority and the audit log are kept.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The kubeconfig to use; null for the usual places.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Port that agents dial; 0 for any.</summary>
    public int Port { get; init; } = 15443;

    /// <summary>Address to listen on.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Any;

    /// <summary>Server certificate with its chain, PEM; null in embedded mode, which makes one.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>Its private key, PEM.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Namespace of the plane: OnboardingPlane, key bindings, token keys, leases, Istio's configuration.</summary>
    public string Namespace { get; init; } = "istio-system";

    /// <summary>Name of this instance: a registration's <c>status.activeAgentConnection.connectedTo</c>.</summary>
    public string Instance { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>Port of the embedded API server; 0 for any.</summary>
    public int EmbeddedApiPort { get; init; } = 16443;

    /// <summary>Port of the embedded istiod; 0 for any.</summary>
    public int EmbeddedIstiodPort { get; init; } = 15012;

    /// <summary>File that audit lines are appended to; null writes them to the log.</summary>
    public string? AuditLog { get; init; }

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

    /// <summary>Accept loopback addresses for WorkloadEntries; always so in embedded mode, where everything is on one machine.</summary>
    public bool AllowLoopbackAddresses { get; init; }

    /// <summary>Service in the plane's namespace by which workloads reach istiod.</summary>
    public string IngressService { get; init; } = "istio-eastwestgateway";

    /// <summary>Stop when standard input ends: a plane that a shell started must not outlive the shell, however that ends.</summary>
    public bool StopWithInput { get; init; }

    /// <summary>How long sessions get to move elsewhere when the endpoint stops.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where logs go; null for stderr.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>
    /// Most connections at a time; further ones are closed at once. Each costs memory before anybody is verified. An agent has one.
    /// </summary>
    internal int MaxConnections { get; init; } = 20_000;

    /// <summary>The clock by which calls take too long; a test's doesn't move by itself, as a slow machine isn't a cluster that hangs.</summary>
    internal TimeProvider CallClock { get; init; } = TimeProvider.System;

    /// <summary>How names of load balancers are looked up; tests have their own.</summary>
    internal HostResolver ResolveHost { get; init; } = static (host, stop) => System.Net.Dns.GetHostAddressesAsync(host, stop);
}
