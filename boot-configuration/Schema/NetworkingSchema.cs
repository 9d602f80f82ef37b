namespace Onboarding.BootConfiguration.Schema;

/// <summary>The messages of <c>istio.networking.v1alpha3</c> that a workload's configuration holds.</summary>
internal static class NetworkingSchema
{
    private const string Check = "health_check_method";

    public static readonly MessageSchema ClientTlsSettings = new(
        FieldSchema.Enumeration(
            "mode",
            EnumSchema.Counting(
                "istio.networking.v1alpha3.ClientTLSSettings.TLSmode", "DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL")),
        FieldSchema.Text("client_certificate"),
        FieldSchema.Text("private_key"),
        FieldSchema.Text("ca_certificates"),
        FieldSchema.Text("credential_name"),
        FieldSchema.Text("subject_alt_names").List(),
        FieldSchema.Text("sni"),
        FieldSchema.BooleanValue("insecure_skip_verify"),
        FieldSchema.Text("ca_crl"));

    public static readonly MessageSchema TcpKeepalive = new(
        FieldSchema.UInt32("probes"),
        FieldSchema.Duration("time"),
        FieldSchema.Duration("interval"));

    public static readonly MessageSchema ReadinessProbe = new(
        FieldSchema.Int32("initial_delay_seconds"),
        FieldSchema.Int32("timeout_seconds"),
        FieldSchema.Int32("period_seconds"),
        FieldSchema.Int32("success_threshold"),
        FieldSchema.Int32("failure_threshold"),
        FieldSchema.Nested("http_get", HttpGet()).In(Check),
        FieldSchema.Nested("tcp_socket", new MessageSchema(FieldSchema.Text("host"), FieldSchema.UInt32("port"))).In(Check),
        FieldSchema.Nested("exec", new MessageSchema(FieldSchema.Text("command").List())).In(Check),
        FieldSchema.Nested("grpc", new MessageSchema(FieldSchema.UInt32("port"), FieldSchema.Text("service"))).In(Check));

    /// <summary>The <c>spec</c> of a WorkloadGroup.</summary>
    public static readonly MessageSchema WorkloadGroup = new(
        FieldSchema.Nested(
            "metadata",
            new MessageSchema(FieldSchema.Text("labels").Map(), FieldSchema.Text("annotations").Map())),
        FieldSchema.Nested("template", WorkloadEntry()),
        FieldSchema.Nested("probe", ReadinessProbe));

    private static MessageSchema HttpGet() => new(
        FieldSchema.Text("path"),
        FieldSchema.UInt32("port"),
        FieldSchema.Text("host"),
        FieldSchema.Text("scheme"),
        FieldSchema.Nested("http_headers", new MessageSchema(FieldSchema.Text("name"), FieldSchema.Text("value"))).List());

    private static MessageSchema WorkloadEntry() => new(
        FieldSchema.Text("address"),
        FieldSchema.UInt32("ports").Map(),
        FieldSchema.Text("labels").Map(),
        FieldSchema.Text("network"),
        FieldSchema.Text("locality"),
        FieldSchema.UInt32("weight"),
        FieldSchema.Text("service_account"));
}
