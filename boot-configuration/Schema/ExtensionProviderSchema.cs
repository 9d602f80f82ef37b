namespace Onboarding.BootConfiguration.Schema;

/// <summary>
/// The providers of tracing, access logs and authorization that a mesh names.
/// They never reach a workload; a wrong type in one makes Istio refuse the mesh configuration.
/// </summary>
internal static class ExtensionProviderSchema
{
    /// <summary><c>istio.mesh.v1alpha1.MeshConfig.ExtensionProvider</c>.</summary>
    public static MessageSchema ExtensionProvider() => new(
        FieldSchema.Text("name"),
        FieldSchema.Nested("envoy_ext_authz_http", EnvoyExternalAuthorizationHttpProvider()).In("provider"),
        FieldSchema.Nested("envoy_ext_authz_grpc", EnvoyExternalAuthorizationGrpcProvider()).In("provider"),
        FieldSchema.Nested("zipkin", ZipkinTracingProvider()).In("provider"),
        FieldSchema.Nested("lightstep", LightstepTracingProvider()).In("provider"),
        FieldSchema.Nested("datadog", DatadogTracingProvider()).In("provider"),
        FieldSchema.Nested("stackdriver", StackdriverProvider()).In("provider"),
        FieldSchema.Nested("opencensus", OpenCensusAgentTracingProvider()).In("provider"),
        FieldSchema.Nested("skywalking", SkyWalkingTracingProvider()).In("provider"),
        FieldSchema.Nested("opentelemetry", OpenTelemetryTracingProvider()).In("provider"),
        FieldSchema.Nested("prometheus", PrometheusMetricsProvider()).In("provider"),
        FieldSchema.Nested("envoy_file_access_log", EnvoyFileAccessLogProvider()).In("provider"),
        FieldSchema.Nested("envoy_http_als", EnvoyHttpGrpcV3LogProvider()).In("provider"),
        FieldSchema.Nested("envoy_tcp_als", EnvoyTcpGrpcV3LogProvider()).In("provider"),
        FieldSchema.Nested("envoy_otel_als", EnvoyOpenTelemetryLogProvider()).In("provider"),
        FieldSchema.Nested("sds", SdsProvider()).In("provider"));

    private static MessageSchema EnvoyExternalAuthorizationHttpProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.Duration("timeout"),
        FieldSchema.Text("path_prefix"),
        FieldSchema.Boolean("fail_open"),
        FieldSchema.Boolean("clear_route_cache"),
        FieldSchema.Text("status_on_error"),
        FieldSchema.Text("include_headers_in_check").List(),
        FieldSchema.Text("include_request_headers_in_check").List(),
        FieldSchema.Text("include_additional_headers_in_check").Map(),
        FieldSchema.Nested("include_request_body_in_check", EnvoyExternalAuthorizationRequestBody()),
        FieldSchema.Text("headers_to_upstream_on_allow").List(),
        FieldSchema.Text("headers_to_downstream_on_deny").List(),
        FieldSchema.Text("headers_to_downstream_on_allow").List());

    private static MessageSchema EnvoyExternalAuthorizationRequestBody() => new(
        FieldSchema.UInt32("max_request_bytes"),
        FieldSchema.Boolean("allow_partial_message"),
        FieldSchema.Boolean("pack_as_bytes"));

    private static MessageSchema EnvoyExternalAuthorizationGrpcProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.Duration("timeout"),
        FieldSchema.Boolean("fail_open"),
        FieldSchema.Boolean("clear_route_cache"),
        FieldSchema.Text("status_on_error"),
        FieldSchema.Nested("include_request_body_in_check", EnvoyExternalAuthorizationRequestBody()));

    private static MessageSchema ZipkinTracingProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.UInt32("max_tag_length"),
        FieldSchema.Boolean("enable_64bit_trace_id"),
        FieldSchema.Text("path"),
        FieldSchema.Enumeration(
            "trace_context_option",
            EnumSchema.Counting(
                "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.ZipkinTracingProvider.TraceContextOption", "USE_B3", "USE_B3_WITH_W3C_PROPAGATION")),
        FieldSchema.Duration("timeout"),
        FieldSchema.Nested("headers", HttpHeader()).List());

    private static MessageSchema HttpHeader() => new(
        FieldSchema.Text("name"),
        FieldSchema.Text("value").In("header_value"),
        FieldSchema.Text("env_name").In("header_value"));

    private static MessageSchema LightstepTracingProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.Text("access_token"),
        FieldSchema.UInt32("max_tag_length"));

    private static MessageSchema DatadogTracingProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.UInt32("max_tag_length"));

    private static MessageSchema StackdriverProvider() => new(
        FieldSchema.Boolean("debug"),
        FieldSchema.Int64Value("max_number_of_attributes"),
        FieldSchema.Int64Value("max_number_of_annotations"),
        FieldSchema.Int64Value("max_number_of_message_events"),
        FieldSchema.UInt32("max_tag_length"),
        FieldSchema.Nested("logging", StackdriverProviderLogging()));

    private static MessageSchema StackdriverProviderLogging() => new(
        FieldSchema.Text("labels").Map());

    private static MessageSchema OpenCensusAgentTracingProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.Enumeration(
            "context",
            EnumSchema.Counting(
                "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.OpenCensusAgentTracingProvider.TraceContext", "UNSPECIFIED", "W3C_TRACE_CONTEXT", "GRPC_BIN", "CLOUD_TRACE_CONTEXT", "B3")).List(),
        FieldSchema.UInt32("max_tag_length"));

    private static MessageSchema SkyWalkingTracingProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.Text("access_token"));

    private static MessageSchema OpenTelemetryTracingProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.UInt32("max_tag_length"),
        FieldSchema.Nested("http", HttpService()),
        FieldSchema.Nested("grpc", GrpcService()),
        FieldSchema.Nested("resource_detectors", ResourceDetectors()),
        FieldSchema.Enumeration(
            "service_attribute_enrichment",
            EnumSchema.Counting(
                "istio.mesh.v1alpha1.MeshConfig.ExtensionProvider.ServiceAttributeEnrichment", "ISTIO_CANONICAL", "OTEL_SEMANTIC_CONVENTIONS")),
        FieldSchema.Nested("dynatrace_sampler", DynatraceSampler()).In("sampling"));

    private static MessageSchema HttpService() => new(
        FieldSchema.Text("path"),
        FieldSchema.Duration("timeout"),
        FieldSchema.Nested("headers", HttpHeader()).List());

    private static MessageSchema GrpcService() => new(
        FieldSchema.Duration("timeout"),
        FieldSchema.Nested("initial_metadata", HttpHeader()).List());

    private static MessageSchema ResourceDetectors() => new(
        FieldSchema.Nested("environment", EnvironmentResourceDetector()),
        FieldSchema.Nested("dynatrace", DynatraceResourceDetector()));

    private static MessageSchema EnvironmentResourceDetector() => new();

    private static MessageSchema DynatraceResourceDetector() => new();

    private static MessageSchema DynatraceSampler() => new(
        FieldSchema.Text("tenant"),
        FieldSchema.Int32("cluster_id"),
        FieldSchema.UInt32("root_spans_per_minute"),
        FieldSchema.Nested("http_service", DynatraceApi()));

    private static MessageSchema DynatraceApi() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.Nested("http", HttpService()));

    private static MessageSchema PrometheusMetricsProvider() => new();

    private static MessageSchema EnvoyFileAccessLogProvider() => new(
        FieldSchema.Text("path"),
        FieldSchema.Nested("log_format", EnvoyFileAccessLogProviderLogFormat()),
        FieldSchema.Boolean("omit_empty_values"));

    private static MessageSchema EnvoyFileAccessLogProviderLogFormat() => new(
        FieldSchema.Text("text").In("log_format"),
        FieldSchema.Object("labels").In("log_format"));

    private static MessageSchema EnvoyHttpGrpcV3LogProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.Text("log_name"),
        FieldSchema.Text("filter_state_objects_to_log").List(),
        FieldSchema.Text("additional_request_headers_to_log").List(),
        FieldSchema.Text("additional_response_headers_to_log").List(),
        FieldSchema.Text("additional_response_trailers_to_log").List());

    private static MessageSchema EnvoyTcpGrpcV3LogProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.Text("log_name"),
        FieldSchema.Text("filter_state_objects_to_log").List());

    private static MessageSchema EnvoyOpenTelemetryLogProvider() => new(
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"),
        FieldSchema.Text("log_name"),
        FieldSchema.Nested("log_format", EnvoyOpenTelemetryLogProviderLogFormat()));

    private static MessageSchema EnvoyOpenTelemetryLogProviderLogFormat() => new(
        FieldSchema.Text("text"),
        FieldSchema.Object("labels"));

    private static MessageSchema SdsProvider() => new(
        FieldSchema.Text("name"),
        FieldSchema.Text("service"),
        FieldSchema.UInt32("port"));
}
