namespace Onboarding.BootConfiguration.Schema;

/// <summary><c>istio.mesh.v1alpha1.Tracing</c>.</summary>
internal static class TracingSchema
{
    private const string Tracer = "tracer";
    private const string TagType = "type";

    public static readonly MessageSchema Tracing = new(
        FieldSchema.Nested("zipkin", new MessageSchema(FieldSchema.Text("address"))).In(Tracer),
        FieldSchema.Nested("lightstep", new MessageSchema(FieldSchema.Text("address"), FieldSchema.Text("access_token"))).In(Tracer),
        FieldSchema.Nested("datadog", new MessageSchema(FieldSchema.Text("address"))).In(Tracer),
        FieldSchema.Nested("stackdriver", Stackdriver()).In(Tracer),
        FieldSchema.Nested("open_census_agent", OpenCensusAgent()).In(Tracer),
        FieldSchema.Nested("custom_tags", CustomTag()).Map(),
        FieldSchema.UInt32("max_path_tag_length"),
        FieldSchema.Double("sampling"),
        FieldSchema.Nested("tls_settings", NetworkingSchema.ClientTlsSettings),
        FieldSchema.BooleanValue("enable_istio_tags"));

    private static MessageSchema Stackdriver() => new(
        FieldSchema.Boolean("debug"),
        FieldSchema.Int64Value("max_number_of_attributes"),
        FieldSchema.Int64Value("max_number_of_annotations"),
        FieldSchema.Int64Value("max_number_of_message_events"));

    private static MessageSchema OpenCensusAgent() => new(
        FieldSchema.Text("address"),
        FieldSchema.Enumeration(
            "context",
            EnumSchema.Counting(
                "istio.mesh.v1alpha1.Tracing.OpenCensusAgent.TraceContext",
                "UNSPECIFIED",
                "W3C_TRACE_CONTEXT",
                "GRPC_BIN",
                "CLOUD_TRACE_CONTEXT",
                "B3")).List());

    private static MessageSchema CustomTag() => new(
        FieldSchema.Nested("literal", new MessageSchema(FieldSchema.Text("value"))).In(TagType),
        FieldSchema.Nested("environment", NameAndDefault()).In(TagType),
        FieldSchema.Nested("header", NameAndDefault()).In(TagType));

    private static MessageSchema NameAndDefault() => new(FieldSchema.Text("name"), FieldSchema.Text("default_value"));
}
