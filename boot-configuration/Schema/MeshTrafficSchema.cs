namespace Onboarding.BootConfiguration.Schema;

/// <summary>
/// What a mesh says about its traffic.
/// It never reaches a workload; a wrong type in it makes Istio refuse the mesh configuration.
/// </summary>
internal static class MeshTrafficSchema
{
    /// <summary><c>istio.mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy</c>.</summary>
    public static MessageSchema OutboundTrafficPolicy() => new(
        FieldSchema.Enumeration(
            "mode",
            new EnumSchema(
                "istio.mesh.v1alpha1.MeshConfig.OutboundTrafficPolicy.Mode", ("REGISTRY_ONLY", 0), ("ALLOW_ANY", 1), ("ALLOW_ANY_DYNAMIC_DNS", 3))),
        FieldSchema.Nested("tls", NetworkingSchema.ClientTlsSettings));

    /// <summary><c>istio.mesh.v1alpha1.MeshConfig.InboundTrafficPolicy</c>.</summary>
    public static MessageSchema InboundTrafficPolicy() => new(
        FieldSchema.Enumeration("mode", EnumSchema.Counting("istio.mesh.v1alpha1.MeshConfig.InboundTrafficPolicy.Mode", "PASSTHROUGH", "LOCALHOST")));

    /// <summary><c>istio.mesh.v1alpha1.ConfigSource</c>.</summary>
    public static MessageSchema ConfigSource() => new(
        FieldSchema.Text("address"),
        FieldSchema.Nested("tls_settings", NetworkingSchema.ClientTlsSettings),
        FieldSchema.Enumeration("subscribed_resources", EnumSchema.Counting("istio.mesh.v1alpha1.Resource", "SERVICE_REGISTRY")).List());

    /// <summary><c>istio.mesh.v1alpha1.MeshConfig.CertificateData</c>.</summary>
    public static MessageSchema CertificateData() => new(
        FieldSchema.Text("pem").In("certificate_data"),
        FieldSchema.Text("spiffe_bundle_url").In("certificate_data"),
        FieldSchema.Text("cert_signers").List(),
        FieldSchema.Text("trust_domains").List());

    /// <summary><c>istio.networking.v1alpha3.LocalityLoadBalancerSetting</c>.</summary>
    public static MessageSchema LocalityLoadBalancerSetting() => new(
        FieldSchema.Nested("distribute", Distribute()).List(),
        FieldSchema.Nested("failover", LocalityLoadBalancerSettingFailover()).List(),
        FieldSchema.Text("failover_priority").List(),
        FieldSchema.BooleanValue("enabled"));

    /// <summary><c>istio.networking.v1alpha3.ZoneAwareLoadBalancerSetting</c>.</summary>
    public static MessageSchema ZoneAwareLoadBalancerSetting() => new(
        FieldSchema.BooleanValue("enabled"),
        FieldSchema.Nested("failover", ZoneAwareLoadBalancerSettingFailover()).List(),
        FieldSchema.Text("failover_priority").List(),
        FieldSchema.UInt32Value("min_cluster_size"));

    /// <summary><c>istio.mesh.v1alpha1.Certificate</c>.</summary>
    public static MessageSchema Certificate() => new(
        FieldSchema.Text("secret_name"),
        FieldSchema.Text("dns_names").List());

    /// <summary><c>istio.mesh.v1alpha1.MeshConfig.CA</c>.</summary>
    public static MessageSchema CA() => new(
        FieldSchema.Text("address"),
        FieldSchema.Nested("tls_settings", NetworkingSchema.ClientTlsSettings),
        FieldSchema.Duration("request_timeout"),
        FieldSchema.Boolean("istiod_side"));

    /// <summary><c>istio.mesh.v1alpha1.MeshConfig.ProxyPathNormalization</c>.</summary>
    public static MessageSchema ProxyPathNormalization() => new(
        FieldSchema.Enumeration(
            "normalization",
            EnumSchema.Counting(
                "istio.mesh.v1alpha1.MeshConfig.ProxyPathNormalization.NormalizationType", "DEFAULT", "NONE", "BASE", "MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES")));

    /// <summary><c>istio.networking.v1alpha3.HTTPRetry</c>.</summary>
    public static MessageSchema HttpRetry() => new(
        FieldSchema.Int32("attempts"),
        FieldSchema.Duration("per_try_timeout"),
        FieldSchema.Text("retry_on"),
        FieldSchema.BooleanValue("retry_remote_localities"),
        FieldSchema.BooleanValue("retry_ignore_previous_hosts"),
        FieldSchema.Duration("backoff"));

    /// <summary><c>istio.mesh.v1alpha1.MeshConfig.TLSConfig</c>.</summary>
    public static MessageSchema TlsConfig() => new(
        FieldSchema.Enumeration(
            "min_protocol_version",
            EnumSchema.Counting("istio.mesh.v1alpha1.MeshConfig.TLSConfig.TLSProtocol", "TLS_AUTO", "TLSV1_2", "TLSV1_3")),
        FieldSchema.Text("ecdh_curves").List(),
        FieldSchema.Text("cipher_suites").List());

    /// <summary><c>istio.mesh.v1alpha1.MeshConfig.DefaultTrafficPolicy</c>.</summary>
    public static MessageSchema DefaultTrafficPolicy() => new(
        FieldSchema.Nested("connection_pool", ConnectionPoolSettings()),
        FieldSchema.Nested("outlier_detection", OutlierDetection()));

    private static MessageSchema Distribute() => new(
        FieldSchema.Text("from"),
        FieldSchema.UInt32("to").Map());

    private static MessageSchema LocalityLoadBalancerSettingFailover() => new(
        FieldSchema.Text("from"),
        FieldSchema.Text("to"));

    private static MessageSchema ZoneAwareLoadBalancerSettingFailover() => new(
        FieldSchema.Text("from"),
        FieldSchema.Text("to"));

    private static MessageSchema ConnectionPoolSettings() => new(
        FieldSchema.Nested("tcp", TcpSettings()),
        FieldSchema.Nested("http", HttpSettings()));

    private static MessageSchema TcpSettings() => new(
        FieldSchema.Int32("max_connections"),
        FieldSchema.Duration("connect_timeout"),
        FieldSchema.Nested("tcp_keepalive", NetworkingSchema.TcpKeepalive),
        FieldSchema.Duration("max_connection_duration"),
        FieldSchema.Duration("idle_timeout"));

    private static MessageSchema HttpSettings() => new(
        FieldSchema.Int32("http1_max_pending_requests"),
        FieldSchema.Int32("http2_max_requests"),
        FieldSchema.Int32("max_requests_per_connection"),
        FieldSchema.Int32("max_retries"),
        FieldSchema.Duration("idle_timeout"),
        FieldSchema.Enumeration(
            "h2_upgrade_policy",
            EnumSchema.Counting("istio.networking.v1alpha3.ConnectionPoolSettings.HTTPSettings.H2UpgradePolicy", "DEFAULT", "DO_NOT_UPGRADE", "UPGRADE")),
        FieldSchema.Boolean("use_client_protocol"),
        FieldSchema.Int32("max_concurrent_streams"),
        FieldSchema.Nested("http2_keep_alive", ConnectionKeepalive()));

    private static MessageSchema ConnectionKeepalive() => new(
        FieldSchema.Duration("interval"),
        FieldSchema.Duration("timeout"));

    private static MessageSchema OutlierDetection() => new(
        FieldSchema.Int32("consecutive_errors"),
        FieldSchema.Boolean("split_external_local_origin_errors"),
        FieldSchema.UInt32Value("consecutive_local_origin_failures"),
        FieldSchema.UInt32Value("consecutive_gateway_errors"),
        FieldSchema.UInt32Value("consecutive_5xx_errors"),
        FieldSchema.Duration("interval"),
        FieldSchema.Duration("base_ejection_time"),
        FieldSchema.Int32("max_ejection_percent"),
        FieldSchema.Int32("min_health_percent"),
        FieldSchema.UInt32("outlier_detection_http_error_codes").List());
}
