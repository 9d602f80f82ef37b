namespace Onboarding.Embedded.Schemas;

/// <summary>
/// Shapes of what an OnboardingPolicy says of identities and groups, field by field, for <c>kubectl explain</c>. Bounds and formats are
/// checked by whoever reads the policy.
/// </summary>
internal static class MatcherSchema
{
    /// <summary>One identity: a field for each platform.</summary>
    public static Schema Workload { get; } = Schema.Kept(
        "Exactly one kind of identity.",
        ("aws", Aws()),
        ("azure", Azure()),
        ("gcp", Gcp()),
        ("joinToken", JoinToken()),
        ("jwt", Jwt()),
        ("kubernetes", Kubernetes()),
        ("spiffe", Spiffe()),
        ("x509", X509()));

    /// <summary>Which groups.</summary>
    public static Schema Group { get; } = Schema.Kept(
        "Groups.",
        ("workloadGroupSelector", Schema.Kept(
            "Selects WorkloadGroups by their labels; {} selects all.",
            ("matchLabels", Schema.Map("Labels the group must have.")),
            ("matchExpressions", Schema.List(
                "Further conditions on its labels; all must hold.",
                Schema.Kept(
                    "A condition.",
                    ("key", Schema.Text("Key of the label.")),
                    ("operator", Schema.Text("In, NotIn, Exists or DoesNotExist.")),
                    ("values", Schema.Texts("Values for In and NotIn."))))))));

    private static Schema Aws() => Schema.Kept(
        "EC2 instances and ECS tasks.",
        ("partitions", Schema.Texts("Partitions, e.g. aws.")),
        ("accounts", Schema.Texts("Accounts, 12 digits; required in allow.")),
        ("regions", Schema.Texts("Regions.")),
        ("zones", Schema.Texts("Availability zones.")),
        ("ec2", Schema.Kept("EC2 instances only.", ("iamRoleNames", Schema.Texts("Roles of which the instance must have one.")))),
        ("ecs", Schema.Kept(
            "ECS tasks only.",
            ("clusters", Schema.Texts("Clusters of which the task must run in one.")),
            ("iamRoleNames", Schema.Texts("Roles of which the task must have one.")))));

    private static Schema Azure() => Schema.Kept(
        "Virtual machines of Azure.",
        ("subscriptions", Schema.Texts("Subscriptions, UUIDs; required in allow.")),
        ("tenants", Schema.Texts("Tenants, UUIDs.")),
        ("resourceGroups", Schema.Texts("Resource groups.")),
        ("compute", Schema.Kept(
            "Virtual machines only.",
            ("instanceIds", Schema.Texts("vmIds, UUIDs.")),
            ("scaleSets", Schema.Texts("Scale sets of which the machine must be in one.")),
            ("managedIdentities", Schema.Texts("Managed identities: resource ids, or system.")))));

    private static Schema Gcp() => Schema.Kept(
        "Instances of Google Cloud.",
        ("projectIds", Schema.Texts("Project ids; these or projectNumbers are required in allow.")),
        ("projectNumbers", Schema.Texts("Project numbers.")),
        ("regions", Schema.Texts("Regions.")),
        ("zones", Schema.Texts("Zones.")),
        ("gce", Schema.Kept(
            "Instances of Compute Engine only.",
            ("instanceIds", Schema.Texts("Numeric ids of instances.")),
            ("serviceAccounts", Schema.Texts("E-mail addresses of service accounts.")))));

    private static Schema JoinToken() => Schema.Kept(
        "Hosts with a join token.",
        ("names", Schema.Texts("Names of tokens; these or namePrefixes are required in allow.")),
        ("namePrefixes", Schema.Texts("Beginnings of names, e.g. rack-7-.")));

    private static Schema Jwt() => Schema.Kept(
        "Workloads with an OIDC ID token.",
        ("issuer", Schema.Text("The issuer, exactly as in iss; required in allow.")),
        ("subjects", Schema.Texts("Subjects of which the token must have one.")),
        ("attributes", Schema.List(
            "Attributes that must all match.",
            Schema.Kept(
                "An attribute.",
                ("name", Schema.Text("Name of the attribute.")),
                ("values", Schema.Texts("Values of which it must have one; none: any value."))))));

    private static Schema Kubernetes() => Schema.Kept(
        "Service accounts of the plane's cluster.",
        ("namespaces", Schema.Texts("Namespaces of service accounts; required in allow.")),
        ("serviceAccounts", Schema.Texts("Names of service accounts.")),
        ("pods", Schema.Texts("Names of pods that the token must be bound to.")));

    private static Schema Spiffe() => Schema.Kept(
        "Workloads with an SVID.",
        ("trustDomains", Schema.Texts("Trust domains; required in allow.")),
        ("paths", Schema.Texts("Whole paths, e.g. /vm/web-1.")),
        ("pathPrefixes", Schema.Texts("Beginnings of paths in whole segments, e.g. /vm.")));

    private static Schema X509() => Schema.Kept(
        "Hosts with a certificate; one of the lists is required in allow.",
        ("authorities", Schema.Texts("Names of authorities in the OnboardingPlane: the one that vouches is among them.")),
        ("issuers", Schema.Texts("Distinguished names of the authorities' certificates in the OnboardingPlane.")),
        ("subjects", Schema.Texts("Distinguished names of subjects.")),
        ("dnsNames", Schema.Texts("DNS names, without wildcards.")),
        ("uris", Schema.Texts("URIs.")),
        ("emailAddresses", Schema.Texts("E-mail addresses.")),
        ("ipAddresses", Schema.Texts("IP addresses.")),
        ("fingerprints", Schema.Texts("SHA-256 fingerprints, 64 lower-case hex digits.")));
}
