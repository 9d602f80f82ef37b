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
        FieldSchema.Enumeration("tracing_service_name", TracingServiceName()).In(ClusterName),
        FieldSchema.Duration("drain_duration"),
        FieldSchema.Text("discovery_address"),
        FieldSchema.Duration("discovery_refresh_delay"),
        FieldSchema.Text("zipkin_address"),
        FieldSchema.Text("statsd_udp_address"),
        FieldSchema.Text("envoy_metrics_service_address"),
        FieldSchema.Int32("proxy_admin_port"),
        FieldSchema.Text("availability_zone"),
        FieldSchema.Enumeration(
            "control_plane_auth_policy",
            new EnumSchema(Package + "AuthenticationPolicy", ("NONE", 0), ("MUTUAL_TLS", 1), ("INHERIT", 1000))),
        FieldSchema.Text("custom_config_file"),
        FieldSchema.Int32("stat_name_length"),
        FieldSchema.Int32Value("concurrency"),
        FieldSchema.Text("proxy_bootstrap_template_path"),
        FieldSchema.Enumeration(
            "interception_mode",
            EnumSchema.Counting(Package + "ProxyConfig.InboundInterceptionMode", "REDIRECT", "TPROXY", "NONE")),
        FieldSchema.Nested("tracing", TracingSchema.Tracing),
        FieldSchema.Nested("sds", new MessageSchema(FieldSchema.Boolean("enabled"), FieldSchema.Text("k8s_sa_jwt_path"))),
        FieldSchema.Nested("envoy_access_log_service", RemoteService()),
        FieldSchema.Nested("envoy_metrics_service", RemoteService()),
        FieldSchema.Text("proxy_metadata").Map(),
        FieldSchema.Text("runtime_values").Map(),
        FieldSchema.Int32("status_port"),
        FieldSchema.Text("extra_stat_tags").List(),
        FieldSchema.Nested("gateway_topology", Topology()),
        FieldSchema.Duration("termination_drain_duration"),
        FieldSchema.Text("mesh_id"),
        FieldSchema.Nested("readiness_probe", NetworkingSchema.ReadinessProbe),
        FieldSchema.Nested("proxy_stats_matcher", StatsMatcher()),
        FieldSchema.BooleanValue("hold_application_until_proxy_starts"),
        FieldSchema.Text("ca_certificates_pem").List(),
        FieldSchema.Nested("image", new MessageSchema(FieldSchema.Text("image_type"))),
        FieldSchema.Nested("private_key_provider", PrivateKeyProvider()),
        FieldSchema.Nested("proxy_headers", ProxyHeadersSchema.ProxyHeaders),
        FieldSchema.Duration("file_flush_interval"),
        FieldSchema.UInt32("file_flush_min_size_kb"),
        FieldSchema.BooleanValue("stats_compression"),
        FieldSchema.Nested("connection_settings", ConnectionSettingsSchema.ConnectionSettings));

    private static EnumSchema TracingServiceName() => EnumSchema.Counting(
        Package + "ProxyConfig.TracingServiceName", "APP_LABEL_AND_NAMESPACE", "CANONICAL_NAME_ONLY", "CANONICAL_NAME_AND_NAMESPACE");

    private static MessageSchema RemoteService() => new(
        FieldSchema.Text("address"),
        FieldSchema.Nested("tls_settings", NetworkingSchema.ClientTlsSettings),
        FieldSchema.Nested("tcp_keepalive", NetworkingSchema.TcpKeepalive));

    private static MessageSchema Topology() => new(
        FieldSchema.UInt32("num_trusted_proxies"),
        FieldSchema.Enumeration("forward_client_cert_details", ProxyHeadersSchema.ForwardClientCertDetails),
        FieldSchema.Nested("proxy_protocol", new MessageSchema()));

    private static MessageSchema StatsMatcher() => new(
        FieldSchema.Text("inclusion_prefixes").List(),
        FieldSchema.Text("inclusion_suffixes").List(),
        FieldSchema.Text("inclusion_regexps").List());

    private static MessageSchema PrivateKeyProvider() => new(
        FieldSchema.Nested("cryptomb", KeyProvider()).In("provider"),
        FieldSchema.Nested("qat", KeyProvider()).In("provider"));

    private static MessageSchema KeyProvider() => new(FieldSchema.Duration("poll_delay"), FieldSchema.BooleanValue("fallback"));
}
