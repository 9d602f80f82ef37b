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
        FieldSchema.Of("tcp_keepalive", NetworkingSchema.TcpKeepalive),
        FieldSchema.Text("ingress_class"),
        FieldSchema.Text("ingress_service"),
        FieldSchema.Of(
            "ingress_controller_mode",
            EnumSchema.Counting("istio.mesh.v1alpha1.MeshConfig.IngressControllerMode", "UNSPECIFIED", "OFF", "DEFAULT", "STRICT")),
        FieldSchema.Text("ingress_selector"),
        FieldSchema.Boolean("enable_tracing"),
        FieldSchema.Text("access_log_file"),
        FieldSchema.Text("access_log_format"),
        FieldSchema.Of("access_log_encoding", EnumSchema.Counting("istio.mesh.v1alpha1.MeshConfig.AccessLogEncoding", "TEXT", "JSON")),
        FieldSchema.Boolean("enable_envoy_access_log_service"),
        FieldSchema.Boolean("disable_envoy_listener_log"),
        FieldSchema.Of("default_config", ProxyConfigSchema.ProxyConfig),
        FieldSchema.Of("outbound_traffic_policy", MeshTrafficSchema.OutboundTrafficPolicy()),
        FieldSchema.Of("inbound_traffic_policy", MeshTrafficSchema.InboundTrafficPolicy()),
        FieldSchema.Of("config_sources", MeshTrafficSchema.ConfigSource()).List(),
        FieldSchema.BooleanValue("enable_auto_mtls"),
        FieldSchema.Text("trust_domain"),
        FieldSchema.Text("trust_domain_aliases").List(),
        FieldSchema.Of("ca_certificates", MeshTrafficSchema.CertificateData()).List(),
        FieldSchema.Text("default_service_export_to").List(),
        FieldSchema.Text("default_virtual_service_export_to").List(),
        FieldSchema.Text("default_destination_rule_export_to").List(),
        FieldSchema.Text("root_namespace"),
        FieldSchema.Of("locality_lb_setting", MeshTrafficSchema.LocalityLoadBalancerSetting()),
        FieldSchema.Of("zone_aware_lb_setting", MeshTrafficSchema.ZoneAwareLoadBalancerSetting()),
        FieldSchema.Duration("dns_refresh_rate"),
        FieldSchema.Of("h2_upgrade_policy", EnumSchema.Counting("istio.mesh.v1alpha1.MeshConfig.H2UpgradePolicy", "DO_NOT_UPGRADE", "UPGRADE")),
        FieldSchema.Text("inbound_cluster_stat_name"),
        FieldSchema.Text("outbound_cluster_stat_name"),
        FieldSchema.Of("certificates", MeshTrafficSchema.Certificate()).List(),
        FieldSchema.Of("service_settings", MeshScopeSchema.ServiceSettings()).List(),
        FieldSchema.Of("service_scope_configs", MeshScopeSchema.ServiceScopeConfigs()).List(),
        FieldSchema.BooleanValue("enable_prometheus_merge"),
        FieldSchema.BooleanValue("verify_certificate_at_client"),
        FieldSchema.Of("ca", MeshTrafficSchema.CA()),
        FieldSchema.Of("extension_providers", ExtensionProviderSchema.ExtensionProvider()).List(),
        FieldSchema.Of("default_providers", DefaultProviders()),
        FieldSchema.Of("discovery_selectors", MeshScopeSchema.LabelSelector()).List(),
        FieldSchema.Of("path_normalization", MeshTrafficSchema.ProxyPathNormalization()),
        FieldSchema.Of("default_http_retry_policy", MeshTrafficSchema.HttpRetry()),
        FieldSchema.Of("mesh_mTLS", MeshTrafficSchema.TlsConfig()),
        FieldSchema.Of("tls_defaults", MeshTrafficSchema.TlsConfig()),
        FieldSchema.Of("default_traffic_policy", MeshTrafficSchema.DefaultTrafficPolicy()),
        FieldSchema.Of("service_entry_visibility", MeshScopeSchema.ServiceEntryVisibility()));

    private static MessageSchema DefaultProviders() => new(
        FieldSchema.Text("tracing").List(),
        FieldSchema.Text("metrics").List(),
        FieldSchema.Text("access_logging").List());
}
