namespace Onboarding.BootConfiguration.Schema;

/// <summary>
/// <c>istio.mesh.v1alpha1.MeshConfig</c>, whole. Only <c>defaultConfig</c> and <c>trustDomain</c> reach a workload; the rest is here
/// since a wrong type or an unknown name anywhere in it makes Istio refuse the whole mesh configuration.
/// </summary>
internal static class MeshConfigSchema
{
    public static readonly MessageSchema MeshConfig = new(
        FieldSchema.Int32("proxy_listen_port"),
        FieldSchema.Int32("proxy_inbound_listen_port"),
        FieldSchema.Int32("proxy_http_port"),
        FieldSchema.Duration("connect_timeout"),
        FieldSchema.Duration("hbone_idle_timeout"),
        FieldSchema.Duration("protocol_detection_timeout"),
        FieldSchema.Nested("tcp_keepalive", NetworkingSchema.TcpKeepalive),
        FieldSchema.Text("ingress_class"),
        FieldSchema.Text("ingress_service"),
        FieldSchema.Enumeration(
            "ingress_controller_mode",
            EnumSchema.Counting("istio.mesh.v1alpha1.MeshConfig.IngressControllerMode", "UNSPECIFIED", "OFF", "DEFAULT", "STRICT")),
        FieldSchema.Text("ingress_selector"),
        FieldSchema.Boolean("enable_tracing"),
        FieldSchema.Text("access_log_file"),
        FieldSchema.Text("access_log_format"),
        FieldSchema.Enumeration("access_log_encoding", EnumSchema.Counting("istio.mesh.v1alpha1.MeshConfig.AccessLogEncoding", "TEXT", "JSON")),
        FieldSchema.Boolean("enable_envoy_access_log_service"),
        FieldSchema.Boolean("disable_envoy_listener_log"),
        FieldSchema.Nested("default_config", ProxyConfigSchema.ProxyConfig),
        FieldSchema.Nested("outbound_traffic_policy", MeshTrafficSchema.OutboundTrafficPolicy()),
        FieldSchema.Nested("inbound_traffic_policy", MeshTrafficSchema.InboundTrafficPolicy()),
        FieldSchema.Nested("config_sources", MeshTrafficSchema.ConfigSource()).List(),
        FieldSchema.BooleanValue("enable_auto_mtls"),
        FieldSchema.Text("trust_domain"),
        FieldSchema.Text("trust_domain_aliases").List(),
        FieldSchema.Nested("ca_certificates", MeshTrafficSchema.CertificateData()).List(),
        FieldSchema.Text("default_service_export_to").List(),
        FieldSchema.Text("default_virtual_service_export_to").List(),
        FieldSchema.Text("default_destination_rule_export_to").List(),
        FieldSchema.Text("root_namespace"),
        FieldSchema.Nested("locality_lb_setting", MeshTrafficSchema.LocalityLoadBalancerSetting()),
        FieldSchema.Nested("zone_aware_lb_setting", MeshTrafficSchema.ZoneAwareLoadBalancerSetting()),
        FieldSchema.Duration("dns_refresh_rate"),
        FieldSchema.Enumeration("h2_upgrade_policy", EnumSchema.Counting("istio.mesh.v1alpha1.MeshConfig.H2UpgradePolicy", "DO_NOT_UPGRADE", "UPGRADE")),
        FieldSchema.Text("inbound_cluster_stat_name"),
        FieldSchema.Text("outbound_cluster_stat_name"),
        FieldSchema.Nested("certificates", MeshTrafficSchema.Certificate()).List(),
        FieldSchema.Nested("service_settings", MeshScopeSchema.ServiceSettings()).List(),
        FieldSchema.Nested("service_scope_configs", MeshScopeSchema.ServiceScopeConfigs()).List(),
        FieldSchema.BooleanValue("enable_prometheus_merge"),
        FieldSchema.BooleanValue("verify_certificate_at_client"),
        FieldSchema.Nested("ca", MeshTrafficSchema.CA()),
        FieldSchema.Nested("extension_providers", ExtensionProviderSchema.ExtensionProvider()).List(),
        FieldSchema.Nested("default_providers", DefaultProviders()),
        FieldSchema.Nested("discovery_selectors", MeshScopeSchema.LabelSelector()).List(),
        FieldSchema.Nested("path_normalization", MeshTrafficSchema.ProxyPathNormalization()),
        FieldSchema.Nested("default_http_retry_policy", MeshTrafficSchema.HttpRetry()),
        FieldSchema.Nested("mesh_mTLS", MeshTrafficSchema.TlsConfig()),
        FieldSchema.Nested("tls_defaults", MeshTrafficSchema.TlsConfig()),
        FieldSchema.Nested("default_traffic_policy", MeshTrafficSchema.DefaultTrafficPolicy()),
        FieldSchema.Nested("service_entry_visibility", MeshScopeSchema.ServiceEntryVisibility()));

    private static MessageSchema DefaultProviders() => new(
        FieldSchema.Text("tracing").List(),
        FieldSchema.Text("metrics").List(),
        FieldSchema.Text("access_logging").List());
}
