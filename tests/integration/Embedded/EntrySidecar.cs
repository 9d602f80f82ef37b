using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Tests.Integration.Istiod;

namespace Onboarding.Tests.Integration.Embedded;

/// <summary>The sidecar of a WorkloadEntry: an open stream to istiod.</summary>
internal sealed class EntrySidecar : IDisposable
{
    private const string Clusters = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    private const string Health = "type.googleapis.com/istio.v1.HealthInformation";

    private readonly IstiodClient _client;
    private readonly AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> _call;

    private EntrySidecar(IstiodClient client, string token)
    {
        _client = client;
        _call = client.Discovery.DeltaAggregatedResources(IstiodClient.Headers(token));
    }

    /// <summary>Opens a stream; istiod has taken it when this returns.</summary>
    /// <param name="client">Access to the cluster.</param>
    /// <param name="istiodPort">Port of istiod.</param>
    /// <param name="ns">Namespace of the entry.</param>
    /// <param name="entry">Its name.</param>
    /// <param name="account">Service account of the caller; the node says nothing of it.</param>
    /// <param name="metadata">More metadata of the node.</param>
    public static async Task<EntrySidecar> ConnectAsync(
        KubernetesClient client, int istiodPort, string ns, string entry = "vm-1", string account = "default", params (string Name, string Value)[] metadata)
    {
        string token = (await client.CreateTokenAsync(ns, account, ["istio-ca"], TimeSpan.FromHours(1))).Token;
        string roots = (await client.GetAsync<V1ConfigMap>(ns, "istio-ca-root-cert")).Data["root-cert.pem"];
        var sidecar = new EntrySidecar(new IstiodClient(new IPEndPoint(IPAddress.Loopback, istiodPort), roots), token);
        try
        {
            var node = new Node { Id = $"sidecar~10.0.0.1~vm-1.{ns}~{ns}.svc.cluster.local", Metadata = new Struct() };
            foreach ((string name, string value) in metadata.Prepend(("WORKLOAD_ENTRY", entry)).Prepend(("INSTANCE_IPS", "10.0.0.1")).Prepend(("NAMESPACE", ns)))
            {
                node.Metadata.Fields[name] = Value.ForString(value);
            }

            await sidecar._call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { Node = node, TypeUrl = Clusters });
            await sidecar._call.ResponseStream.MoveNext(default);
            return sidecar;
        }
        catch
        {
            sidecar.Dispose();
            throw;
        }
    }

    /// <summary>Reports how the application is; null is healthy.</summary>
    public Task ReportAsync(string? error) => _call.RequestStream.WriteAsync(new DeltaDiscoveryRequest
    {
        TypeUrl = Health,
        ErrorDetail = error is null ? null : new Google.Rpc.Status { Code = 13, Message = error },
    });

    /// <summary>Ends the stream in order; what was reported is written when this returns.</summary>
    public async Task CloseAsync()
    {
        await _call.RequestStream.CompleteAsync();
        while (await _call.ResponseStream.MoveNext(default))
        {
        }
    }

    /// <summary>Ends it as a machine does that dies.</summary>
    public void Dispose()
    {
        _call.Dispose();
        _client.Dispose();
    }
}
