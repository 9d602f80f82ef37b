namespace Onboarding.BootConfiguration.Schema;

/// <summary><c>istio.mesh.v1alpha1.ProxyConfig.ConnectionSettings</c>.</summary>
internal static class ConnectionSettingsSchema
{
    private const string Package = "istio.mesh.v1alpha1.ProxyConfig.ConnectionSettings.";

    public static readonly MessageSchema ConnectionSettings = new(
        FieldSchema.Enumeration("profile", EnumSchema.Counting(Package + "Profile", "SIDECAR", "EDGE")),
        FieldSchema.Int32Value("listener_per_connection_buffer_limit_bytes"),
        FieldSchema.Int32Value("cluster_per_connection_buffer_limit_bytes"),
        FieldSchema.Duration("http_idle_timeout"),
        FieldSchema.Duration("http_max_connection_duration"),
        FieldSchema.Duration("http_drain_timeout"),
        FieldSchema.Duration("http_request_timeout"),
        FieldSchema.Duration("http_request_headers_timeout"),
        FieldSchema.Duration("http_stream_idle_timeout"),
        FieldSchema.Duration("http_max_stream_duration"),
        FieldSchema.Int32Value("http_max_concurrent_streams"),
        FieldSchema.Int32Value("http2_initial_stream_window_size"),
        FieldSchema.Int32Value("http2_initial_connection_window_size"),
        FieldSchema.Enumeration(
            "http_headers_with_underscores_action",
            EnumSchema.Counting(
                Package + "HeadersWithUnderscoresAction",
                "HEADERS_WITH_UNDERSCORES_UNSPECIFIED",
                "HEADERS_WITH_UNDERSCORES_ALLOW",
                "HEADERS_WITH_UNDERSCORES_REJECT_REQUEST",
                "HEADERS_WITH_UNDERSCORES_DROP_HEADER")),
        FieldSchema.BooleanValue("http_merge_slashes"),
        FieldSchema.Enumeration(
            "http_path_with_escaped_slashes_action",
            EnumSchema.Counting(
                Package + "PathWithEscapedSlashesAction",
                "PATH_WITH_ESCAPED_SLASHES_UNSPECIFIED",
                "KEEP_UNCHANGED",
                "REJECT_REQUEST",
                "UNESCAPE_AND_REDIRECT",
                "UNESCAPE_AND_FORWARD")),
        FieldSchema.Int32Value("listener_connection_limit"),
        FieldSchema.Int32Value("global_downstream_connection_limit"));
}
