namespace Onboarding.Plane.Telemetry;

/// <summary>
/// Names of metrics, by OpenTelemetry's conventions: dots, units apart. A Prometheus scrape writes them with underscores and the unit
/// (<c>onboarding.decisions</c> is <c>onboarding_decisions_total</c>). Dashboards and alerts name them: a changed name breaks both.
/// </summary>
internal static class MetricNames
{
    /// <summary>Histogram, s: time that a call of an agent took, by <c>rpc.method</c> and <c>rpc.response.status_code</c>. A session counts when it ends.</summary>
    public const string CallDuration = "rpc.server.call.duration";

    /// <summary>Counter: decisions of the plane, by <c>action</c>, <c>outcome</c> (<c>allow</c>, <c>deny</c>) and <c>reason</c>, a reason code.</summary>
    public const string Decisions = "onboarding.decisions";

    /// <summary>Gauge: agents that are connected to this endpoint.</summary>
    public const string Sessions = "onboarding.sessions";

    /// <summary>Counter: work for a session that failed and is tried again, by <c>work</c>: <c>token</c>, <c>configuration</c>, <c>status</c>.</summary>
    public const string SessionWorkFailures = "onboarding.session.work.failures";

    /// <summary>Gauge: registrations in the mesh, by <c>state</c>: <c>connected</c> or <c>disconnected</c>.</summary>
    public const string Members = "onboarding.members";

    /// <summary>Gauge: connections of this endpoint, by <c>state</c>: <c>proved</c> or <c>unproved</c>.</summary>
    public const string Connections = "onboarding.connections";

    /// <summary>Counter: unproved connections that were closed because others needed their place.</summary>
    public const string ConnectionsClosed = "onboarding.connections.closed";

    /// <summary>Gauge: limits in force, by <c>limit</c>: <c>connections</c>, <c>unproved_connections</c>, <c>unproved_connections_per_source</c>, <c>streams</c>.</summary>
    public const string Limits = "onboarding.limit";

    /// <summary>Gauge, s: Unix time at which the endpoint's certificate expires.</summary>
    public const string CertificateExpiry = "onboarding.certificate.expiry";

    /// <summary>Gauge, s: Unix time at which the key that signs onboarding tokens was made.</summary>
    public const string TokenKeyCreated = "onboarding.token_key.created";

    /// <summary>Gauge: 1 while the program can do its work, else 0.</summary>
    public const string Ready = "onboarding.ready";

    /// <summary>Histogram, s: time that it took to compile the policies of a namespace after a change.</summary>
    public const string PolicyCompileDuration = "onboarding.policy.compile.duration";

    /// <summary>Gauge: Events that wait to be written.</summary>
    public const string EventQueue = "onboarding.events.queue";

    /// <summary>Gauge: 1 while this operator leads, else 0.</summary>
    public const string Leader = "onboarding.leader";

    /// <summary>Histogram, s: time of one look at the cluster, by <c>reconciler</c> and <c>outcome</c>: <c>done</c>, <c>failed</c>, <c>blind</c> (a store had a gap), <c>behind</c> (one was older than the own last write).</summary>
    public const string ReconcileDuration = "onboarding.reconcile.duration";

    /// <summary>Gauge: 1, with <c>service.version</c> of the program.</summary>
    public const string BuildInfo = "onboarding.build_info";
}
