using System.Diagnostics.Metrics;
using Onboarding.Endpoint.Connections;
using Onboarding.Endpoint.Sessions;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Events;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Endpoint.Hosting;

/// <summary>What is measured of a running endpoint. Values are read when they are scraped; nothing is counted twice.</summary>
internal sealed class EndpointMetrics
{
    public EndpointMetrics(
        PlaneMetrics metrics,
        SessionRegistry sessions,
        ConnectionTable connections,
        ServerCertificates certificates,
        TokenKeyStore keys,
        ClusterState cluster,
        EventWriter events,
        EndpointRunner runner)
    {
        metrics.Gauge(MetricNames.Ready, "1 while the endpoint can answer calls.", () => runner.NotReadyBecause is null && !sessions.IsStopping ? 1 : 0);
        metrics.Gauge(MetricNames.Sessions, "Agents that are connected to this endpoint.", () => sessions.Count, "{session}");
        metrics.Gauge(MetricNames.Members, "Registrations in the mesh.", () => Members(cluster), "{member}");
        metrics.Gauge(MetricNames.EventQueue, "Events that wait to be written.", () => events.Waiting, "{event}");
        metrics.Gauge(MetricNames.Connections, "Connections of this endpoint.", () => Connections(connections), "{connection}");
        metrics.Meter.CreateObservableCounter(
            MetricNames.ConnectionsClosed, () => connections.ClosedForOthers, "{connection}", "Unproved connections closed because others needed their place.");
        metrics.Gauge(MetricNames.Limits, "Limits in force.", () => Limits(connections.Limits));
        metrics.Gauge(
            MetricNames.CertificateExpiry,
            "Unix time at which the endpoint's certificate expires.",
            () => new DateTimeOffset(certificates.Current.Certificate.NotAfter).ToUnixTimeSeconds(),
            "s");
        metrics.Gauge(
            MetricNames.TokenKeyCreated,
            "Unix time at which the key that signs onboarding tokens was made.",
            () => keys.CreatedAt is { } at ? [new(at.ToUnixTimeSeconds())] : [],
            "s");
        cluster.PolicySnapshot.Compiled += metrics.Compiled;
    }

    private static Measurement<double>[] Members(ClusterState cluster)
    {
        int connected = 0;
        int all = 0;
        foreach (Api.Runtime.WorkloadAutoRegistration member in cluster.Registrations.List())
        {
            all++;
            connected += member.IsConnected ? 1 : 0;
        }

        return [Value(connected, "state", "connected"), Value(all - connected, "state", "disconnected")];
    }

    private static Measurement<double>[] Connections(ConnectionTable connections)
    {
        int unproved = connections.Unproved;
        return [Value(unproved, "state", "unproved"), Value(Math.Max(0, connections.Open - unproved), "state", "proved")];
    }

    private static Measurement<double>[] Limits(ConnectionLimits limits) =>
    [
        Value(limits.InAll, "limit", "connections"),
        Value(limits.Unproved, "limit", "unproved_connections"),
        Value(limits.UnprovedPerSource, "limit", "unproved_connections_per_source"),
        Value(limits.Streams, "limit", "streams"),
    ];

    private static Measurement<double> Value(double value, string label, string labelValue) => new(value, new KeyValuePair<string, object?>(label, labelValue));
}
