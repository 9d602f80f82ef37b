namespace Onboarding.BootConfiguration.Schema;

/// <summary>
/// The top of <c>istio.mesh.v1alpha1.MeshConfig</c>. Only <c>defaultConfig</c> and <c>trustDomain</c> reach a workload; the other
/// simple fields are here since a wrong type in one of them makes Istio refuse the whole mesh configuration.
/// </summary>
internal static class MeshConfigSchema
{
    private const string Package = "istio.mesh.v1alpha1.MeshConfig.";

    public static readonly MessageSchema MeshConfig = new(
        FieldSchema.Int32("proxy_listen_port"),
        FieldSchema.Int32("proxy_inbound_listen_port"),
        FieldSchema.Int32("proxy_http_port"),
        FieldSchema.Duration("connect_timeout"),
        FieldSchema.Duration("hbone_idle_timeout"),
        FieldSchema.Duration("protocol_detection_timeout"),
        FieldSchema.Of("tcp_keepalive", NetworkingSchema.TcpKeepalive),
        FieldSchema.Text("ingress_class"),
        FieldSchema.Text("ingress_service"),
        FieldSchema.Of(
            "ingress_controller_mode",
            EnumSchema.Counting(Package + "IngressControllerMode", "UNSPECIFIED", "OFF", "DEFAULT", "STRICT")),
        FieldSchema.Text("ingress_selector"),
        FieldSchema.Boolean("enable_tracing"),
        FieldSchema.Text("access_log_file"),
        FieldSchema.Text("access_log_format"),
        FieldSchema.Of("access_log_encoding", EnumSchema.Counting(Package + "AccessLogEncoding", "TEXT", "JSON")),
        FieldSchema.Boolean("enable_envoy_access_log_service"),
        FieldSchema.Boolean("disable_envoy_listener_log"),
        FieldSchema.Of("default_config", ProxyConfigSchema.ProxyConfig),
        FieldSchema.Ignored("outbound_traffic_policy"),
        FieldSchema.Ignored("inbound_traffic_policy"),
        FieldSchema.Ignored("config_sources"),
        FieldSchema.BooleanValue("enable_auto_mtls"),
        FieldSchema.Text("trust_domain"),
        FieldSchema.Text("trust_domain_aliases").List(),
        FieldSchema.Ignored("ca_certificates"),
        FieldSchema.Text("default_service_export_to").List(),
        FieldSchema.Text("default_virtual_service_export_to").List(),
        FieldSchema.Text("default_destination_rule_export_to").List(),
        FieldSchema.Text("root_namespace"),
        FieldSchema.Duration("dns_refresh_rate"),
        FieldSchema.Of("h2_upgrade_policy", EnumSchema.Counting(Package + "H2UpgradePolicy", "DO_NOT_UPGRADE", "UPGRADE")),
        FieldSchema.Text("inbound_cluster_stat_name"),
        FieldSchema.Text("outbound_cluster_stat_name"),
        FieldSchema.BooleanValue("enable_prometheus_merge"),
        FieldSchema.BooleanValue("verify_certificate_at_client"),
        FieldSchema.Of(
            "default_providers",
            new MessageSchema(
                FieldSchema.Text("tracing").List(),
                FieldSchema.Text("metrics").List(),
                FieldSchema.Text("access_logging").List())));
}
