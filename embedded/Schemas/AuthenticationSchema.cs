namespace Onboarding.Embedded.Schemas;

/// <summary>Shapes of an OnboardingPlane's settings of who is believed, field by field, for <c>kubectl explain</c>.</summary>
internal static class AuthenticationSchema
{
    public static Schema Value { get; } = Schema.Kept(
        "How workloads are authenticated; what isn't set isn't accepted.",
        ("aws", Aws()),
        ("azure", Azure()),
        ("gcp", Gcp()),
        ("joinToken", Schema.OpenObject("Set, join tokens are accepted.")),
        ("jwt", Jwt()),
        ("kubernetes", Schema.Kept(
            "Service-account tokens of the plane's own cluster.",
            ("namespaces", Schema.Texts("The only namespaces whose service accounts are accepted; none: policies decide.")))),
        ("spiffe", Spiffe()),
        ("x509", X509()));

    private static Schema Aws() => Schema.Kept(
        "What AWS says of its instances and tasks.",
        ("ec2", Schema.Kept(
            "EC2 instances.",
            ("maxInstanceAge", Schema.Text("How long after its start an instance that proves no role may join first; default 10m.")))),
        ("ecs", Schema.Kept(
            "ECS tasks.",
            ("details", Schema.Text("Where cluster and zone are known from: Verified (default) or Reported.")))),
        ("regions", Schema.Texts("Regions newer than this version of the plane.")));

    private static Schema Azure() => Schema.Kept(
        "Attested documents and tokens of managed identities.",
        ("tenants", Schema.List(
            "The only tenants whose machines are accepted.",
            Schema.Kept(
                "A tenant.",
                ("tenantId", Schema.Text("Its id, a UUID.")),
                ("subscriptions", Schema.Texts("Its subscriptions, UUIDs.")),
                ("jwksUri", Schema.Text("Where the keys for its tokens are fetched.")),
                ("jwks", Schema.Text("The keys themselves, a JSON Web Key Set."))))),
        ("audience", Schema.Text("Whom tokens of managed identities must be made for.")),
        ("signers", Schema.Texts("Names the signer of an attested document may have; default metadata.azure.com.")),
        ("roots", Schema.Text("Further certificates, PEM, that a signer may chain to.")),
        ("intermediateHosts", Schema.Texts("The only hosts intermediate certificates are fetched from; default www.microsoft.com.")));

    private static Schema Gcp() => Schema.Kept(
        "Instance identity tokens of Google Compute Engine.",
        ("projects", Schema.Texts("The only projects, by id or number, whose instances are accepted; none: policies decide.")),
        ("jwksUri", Schema.Text("Where Google's keys are fetched, if not where Google publishes them.")),
        ("jwks", Schema.Text("Google's keys themselves, a JSON Web Key Set.")),
        ("maxInstanceAge", Schema.Text("How old an instance may be when it first joins.")));

    private static Schema Jwt() => Schema.Kept(
        "JSON Web Tokens.",
        ("issuers", Schema.List(
            "The only issuers whose tokens are accepted.",
            Schema.Kept(
                "An issuer.",
                ("issuer", Schema.Text("Exactly as in iss.")),
                ("shortName", Schema.Text("Part of resource names; unique.")),
                ("jwksUri", Schema.Text("Where the keys are fetched, if not by OIDC discovery.")),
                ("jwks", Schema.Text("The keys themselves, a JSON Web Key Set.")),
                ("tokenFields", Schema.Kept(
                    "Where in a token things are.",
                    ("attributes", Schema.Kept(
                        "Where the attributes are.",
                        ("jsonPath", Schema.Text("Simple JSONPath to a claim that is a map, e.g. .custom_attributes.")))))),
                ("subjectIs", Schema.Text("What a subject names: Host (default) or Shared.")),
                ("algorithms", Schema.Texts("Signature algorithms that are accepted; none: all the plane knows.")),
                ("audiences", Schema.Texts("Audiences that are accepted besides the plane's uid."))))));

    private static Schema Spiffe() => Schema.Kept(
        "SPIFFE verifiable identity documents.",
        ("trustDomains", Schema.List(
            "The only trust domains whose SVIDs are accepted.",
            Schema.Kept(
                "A trust domain, and exactly one source of its bundle.",
                ("name", Schema.Text("E.g. corp.example.")),
                ("bundle", Schema.Text("The bundle itself, in SPIFFE's JWKS form.")),
                ("bundleUri", Schema.Text("A bundle endpoint (https_web).")),
                ("bundleFile", Schema.Text("File on the endpoint's machine; read again when it changes."))))));

    private static Schema X509() => Schema.Kept(
        "Certificates, with proof that the caller has the key.",
        ("authorities", Schema.List(
            "The only authorities whose certificates are accepted.",
            Schema.Kept(
                "An authority.",
                ("name", Schema.Text("Its name, for people.")),
                ("roots", Schema.Text("Its root certificates, PEM.")),
                ("crlFile", Schema.Text("File on the endpoint's machine with its revocation lists."))))));
}
