using System.Net;
using System.Net.Sockets;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Plane.Cluster;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>How machines find the way to istiod.</summary>
internal sealed record GatewayOptions
{
    /// <summary>Service in the plane's namespace by which they reach it.</summary>
    public required string Service { get; init; }

    /// <summary>How names of load balancers are looked up; tests have their own.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> ResolveHost { get; init; } =
        static (host, stop) => Dns.GetHostAddressesAsync(host, stop);
}

/// <summary>
/// Finds out where machines reach istiod: at the ingress Service's load balancer (addresses, or names that are looked up again and
/// again), its external addresses, or its NodePort. What can't be found is said loudly: an empty hosts file would only be noticed on
/// the machine, by a sidecar that never becomes ready (istio/istio#31624).
/// </summary>
internal sealed partial class GatewayAddresses(
    KubernetesClient client,
    ClusterState cluster,
    MeshState mesh,
    GatewayOptions options,
    TimeProvider time,
    ILogger<GatewayAddresses> logger)
{
    // More lines than a resolver would try are of no use to it.
    private const int MostNodes = 8;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    private readonly ResolvedNames _names = new(time);
    private volatile IReadOnlyList<string> _nodes = [];
    private string _warnedOf = "";
    private volatile string _nodesProblem = "the cluster's nodes haven't been read yet";

    /// <summary>Raised when a name got other addresses, or the nodes changed.</summary>
    public event Action? Changed;

    /// <summary>The way, or why there is none.</summary>
    public (GatewayRoute? Route, string Problem) Find()
    {
        string what = $"Service {mesh.Namespace}/{options.Service}";
        if (mesh.Services.Get(mesh.Namespace, options.Service) is not { } service)
        {
            return (null, $"there is no {what}, by which machines reach istiod; name another with --ingress-service");
        }

        string[] names = [.. service.LoadBalancerIngress.Select(i => i.Hostname).OfType<string>().Where(n => n.Length > 0)];
        string[] balancer = [.. service.LoadBalancerIngress.Select(i => i.Ip).OfType<string>().Where(IsAddress)];
        string[] found = [.. balancer.Concat(names.SelectMany(_names.Of)).Distinct()];
        if (found.Length > 0)
        {
            return (new GatewayRoute(found), "");
        }

        if (names.Length > 0)
        {
            return (null, $"the load balancer of {what} has only names, and none resolves: {_names.ProblemsOf(names)}");
        }

        string[] external = [.. service.ExternalIps.Where(IsAddress)];
        if (external.Length > 0)
        {
            return (new GatewayRoute(external) { IsOfExternalAddresses = true }, "");
        }

        return service.Type == "NodePort"
            ? ThroughNodes(service, what)
            : (null, $"{what} (type {service.Type ?? "ClusterIP"}) has no address outside the cluster yet; see: kubectl -n {mesh.Namespace} get service {options.Service}");
    }

    /// <summary>Keeps looking up what takes looking up, until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var changed = new TaskCompletionSource();
        void OnService(ResourceEvent<V1Service> change)
        {
            if (change.Resource.Metadata.Name == options.Service)
            {
                Volatile.Read(ref changed).TrySetResult();
            }
        }

        mesh.Services.Changed += OnService;
        try
        {
            await cluster.HasSynced.WaitAsync(cancellationToken);
            while (true)
            {
                Volatile.Write(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                await LookAsync(cancellationToken);
                await WaitAsync(changed.Task, cancellationToken);
            }
        }
        finally
        {
            mesh.Services.Changed -= OnService;
        }
    }

    private async Task WaitAsync(Task changed, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(LookEvery, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing changed; names are looked up again.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (mesh.Services.Get(mesh.Namespace, options.Service) is not { } service)
        {
            return;
        }

        WarnOfExternalAddresses(service);
        bool isOther = false;
        foreach (string name in service.LoadBalancerIngress.Select(i => i.Hostname).OfType<string>().Where(n => n.Length > 0))
        {
            try
            {
                IPAddress[] addresses = await options.ResolveHost(name, cancellationToken);
                isOther |= _names.Saw(name, [.. addresses.Select(a => a.ToString()).Order(StringComparer.Ordinal)]);
            }
            catch (Exception e) when (e is SocketException or ArgumentException)
            {
                LogNoName(logger, name, e.Message);
                _names.Failed(name, e.Message);
            }
        }

        if (service.Type == "NodePort")
        {
            isOther |= await LookAtNodesAsync(cancellationToken);
        }

        if (isOther)
        {
            Changed?.Invoke();
        }
    }

    // Kubernetes 1.36 deprecated them. istioctl reads them, and so does the endpoint; it looks every 30 s, and warns once for each change.
    private void WarnOfExternalAddresses(V1Service service)
    {
        string addresses = service.LoadBalancerIngress.Count > 0 ? "" : string.Join(", ", service.ExternalIps.Where(IsAddress));
        if (addresses.Length > 0 && addresses != _warnedOf)
        {
            LogExternalAddresses(logger, addresses, mesh.Namespace, options.Service);
        }

        _warnedOf = addresses;
    }

    private async Task<bool> LookAtNodesAsync(CancellationToken cancellationToken)
    {
        try
        {
            KubernetesList<ClusterNode> nodes = await client.ListAsync<ClusterNode>(null, cancellationToken: cancellationToken);
            string[] addresses =
                [.. nodes.Items.Select(n => n.Address).OfType<string>().Where(IsAddress).Order(StringComparer.Ordinal).Take(MostNodes)];
            bool isOther = !addresses.SequenceEqual(_nodes);
            _nodesProblem = "no node of the cluster is ready and has an address";
            _nodes = addresses;
            return isOther;
        }
        catch (KubernetesException e)
        {
            LogNoNodes(logger, e.Message);
            _nodesProblem = e.Message;
            return false;
        }
    }

    private (GatewayRoute? Route, string Problem) ThroughNodes(V1Service service, string what)
    {
        int? port = service.Ports.FirstOrDefault(p => p.Port == Onboarding.BootConfiguration.IstiodAddress.Port)?.NodePort;
        return port is null or 0
            ? (null, $"{what} has no NodePort for port {Onboarding.BootConfiguration.IstiodAddress.Port}")
            : _nodes is { Count: > 0 } nodes
                ? (new GatewayRoute(nodes, port), "")
                : (null, $"{what} is reached by its NodePort {port}, but {_nodesProblem}");
    }

    private static bool IsAddress(string text) => IPAddress.TryParse(text, out _);

    [LoggerMessage(4150, LogLevel.Warning, "The gateway's name {Name} doesn't resolve: {Reason}. Addresses it had stay in use.")]
    private static partial void LogNoName(ILogger logger, string name, string reason);

    [LoggerMessage(4151, LogLevel.Warning, "The cluster's nodes, by which machines reach the gateway, can't be read: {Reason}")]
    private static partial void LogNoNodes(ILogger logger, string reason);

    [LoggerMessage(4152, LogLevel.Warning, "Kubernetes 1.36 deprecated externalIPs, by which machines reach istiod: {Addresses}. Next: kubectl -n {Namespace} edit service {Service}")]
    private static partial void LogExternalAddresses(ILogger logger, string addresses, string @namespace, string service);
}

/// <summary>How machines reach istiod.</summary>
/// <param name="Addresses">Addresses of the gateway, in a stable order; at least one.</param>
/// <param name="Port">Port there for istiod's services, where it isn't istiod's own.</param>
internal sealed record GatewayRoute(IReadOnlyList<string> Addresses, int? Port = null)
{
    /// <summary>True if they are the Service's <c>externalIPs</c>, which Kubernetes 1.36 deprecated.</summary>
    public bool IsOfExternalAddresses { get; init; }
}
