namespace Onboarding.BootConfiguration.Schema;

/// <summary><c>istio.mesh.v1alpha1.ProxyConfig</c>: the mesh's <c>defaultConfig</c> and the annotation <c>proxy.istio.io/config</c>.</summary>
internal static class ProxyConfigSchema
{
    private const string Package = "istio.mesh.v1alpha1.";
    private const string ClusterName = "cluster_name";

    public static readonly MessageSchema ProxyConfig = new(
        FieldSchema.Text("config_path"),
        FieldSchema.Text("binary_path"),
        FieldSchema.Text("service_cluster").In(ClusterName),
        FieldSchema.Of("tracing_service_name", TracingServiceName()).In(ClusterName),
        FieldSchema.Duration("drain_duration"),
        FieldSchema.Text("discovery_address"),
        FieldSchema.Duration("discovery_refresh_delay"),
        FieldSchema.Text("zipkin_address"),
        FieldSchema.Text("statsd_udp_address"),
        FieldSchema.Text("envoy_metrics_service_address"),
        FieldSchema.Int32("proxy_admin_port"),
        FieldSchema.Text("availability_zone"),
        FieldSchema.Of(
            "control_plane_auth_policy",
            new EnumSchema(Package + "AuthenticationPolicy", ("NONE", 0), ("MUTUAL_TLS", 1), ("INHERIT", 1000))),
        FieldSchema.Text("custom_config_file"),
        FieldSchema.Int32("stat_name_length"),
        FieldSchema.Int32Value("concurrency"),
        FieldSchema.Text("proxy_bootstrap_template_path"),
        FieldSchema.Of(
            "interception_mode",
            EnumSchema.Counting(Package + "ProxyConfig.InboundInterceptionMode", "REDIRECT", "TPROXY", "NONE")),
        FieldSchema.Of("tracing", TracingSchema.Tracing),
        FieldSchema.Of("sds", new MessageSchema(FieldSchema.Boolean("enabled"), FieldSchema.Text("k8s_sa_jwt_path"))),
        FieldSchema.Of("envoy_access_log_service", RemoteService()),
        FieldSchema.Of("envoy_metrics_service", RemoteService()),
        FieldSchema.Text("proxy_metadata").Map(),
        FieldSchema.Text("runtime_values").Map(),
        FieldSchema.Int32("status_port"),
        FieldSchema.Text("extra_stat_tags").List(),
        FieldSchema.Of("gateway_topology", Topology()),
        FieldSchema.Duration("termination_drain_duration"),
        FieldSchema.Text("mesh_id"),
        FieldSchema.Of("readiness_probe", NetworkingSchema.ReadinessProbe),
        FieldSchema.Of("proxy_stats_matcher", StatsMatcher()),
        FieldSchema.BooleanValue("hold_application_until_proxy_starts"),
        FieldSchema.Text("ca_certificates_pem").List(),
        FieldSchema.Of("image", new MessageSchema(FieldSchema.Text("image_type"))),
        FieldSchema.Of("private_key_provider", PrivateKeyProvider()),
        FieldSchema.Of("proxy_headers", ProxyHeadersSchema.ProxyHeaders),
        FieldSchema.Duration("file_flush_interval"),
        FieldSchema.UInt32("file_flush_min_size_kb"),
        FieldSchema.BooleanValue("stats_compression"),
        FieldSchema.Of("connection_settings", ConnectionSettingsSchema.ConnectionSettings));

    private static EnumSchema TracingServiceName() => EnumSchema.Counting(
        Package + "ProxyConfig.TracingServiceName", "APP_LABEL_AND_NAMESPACE", "CANONICAL_NAME_ONLY", "CANONICAL_NAME_AND_NAMESPACE");

    private static MessageSchema RemoteService() => new(
        FieldSchema.Text("address"),
        FieldSchema.Of("tls_settings", NetworkingSchema.ClientTlsSettings),
        FieldSchema.Of("tcp_keepalive", NetworkingSchema.TcpKeepalive));

    private static MessageSchema Topology() => new(
        FieldSchema.UInt32("num_trusted_proxies"),
        FieldSchema.Of("forward_client_cert_details", ProxyHeadersSchema.ForwardClientCertDetails),
        FieldSchema.Of("proxy_protocol", new MessageSchema()));

    private static MessageSchema StatsMatcher() => new(
        FieldSchema.Text("inclusion_prefixes").List(),
        FieldSchema.Text("inclusion_suffixes").List(),
        FieldSchema.Text("inclusion_regexps").List());

    private static MessageSchema PrivateKeyProvider() => new(
        FieldSchema.Of("cryptomb", KeyProvider()).In("provider"),
        FieldSchema.Of("qat", KeyProvider()).In("provider"));

    private static MessageSchema KeyProvider() => new(FieldSchema.Duration("poll_delay"), FieldSchema.BooleanValue("fallback"));
}
