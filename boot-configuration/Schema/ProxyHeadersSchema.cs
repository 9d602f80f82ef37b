namespace Onboarding.BootConfiguration.Schema;

/// <summary><c>istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders</c>.</summary>
internal static class ProxyHeadersSchema
{
    public static readonly EnumSchema ForwardClientCertDetails = EnumSchema.Counting(
        "istio.mesh.v1alpha1.ForwardClientCertDetails",
        "UNDEFINED",
        "SANITIZE",
        "FORWARD_ONLY",
        "APPEND_FORWARD",
        "SANITIZE_SET",
        "ALWAYS_FORWARD_ONLY");

    public static readonly MessageSchema ProxyHeaders = new(
        FieldSchema.Enumeration("forwarded_client_cert", ForwardClientCertDetails),
        FieldSchema.Nested("set_current_client_cert_details", CertificateDetails()),
        FieldSchema.Nested("request_id", Switch("disabled")),
        FieldSchema.Nested("server", new MessageSchema(FieldSchema.BooleanValue("disabled"), FieldSchema.Text("value"))),
        FieldSchema.Nested("attempt_count", Switch("disabled")),
        FieldSchema.Nested("envoy_debug_headers", Switch("disabled")),
        FieldSchema.Nested("metadata_exchange_headers", MetadataExchange()),
        FieldSchema.BooleanValue("preserve_http1_header_case"),
        FieldSchema.Nested("x_forwarded_host", Switch("enabled")),
        FieldSchema.Nested("x_forwarded_port", Switch("enabled")));

    private static MessageSchema Switch(string name) => new(FieldSchema.BooleanValue(name));

    private static MessageSchema CertificateDetails() => new(
        FieldSchema.BooleanValue("subject"),
        FieldSchema.BooleanValue("cert"),
        FieldSchema.BooleanValue("chain"),
        FieldSchema.BooleanValue("dns"),
        FieldSchema.BooleanValue("uri"));

    private static MessageSchema MetadataExchange() => new(FieldSchema.Enumeration(
        "mode",
        EnumSchema.Counting("istio.mesh.v1alpha1.ProxyConfig.ProxyHeaders.MetadataExchangeMode", "UNDEFINED", "IN_MESH")));
}
