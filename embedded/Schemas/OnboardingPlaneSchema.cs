namespace Onboarding.Embedded.Schemas;

/// <summary>Shape of an OnboardingPlane. What it means is checked by whoever reads it; see <c>Onboarding.Api</c>.</summary>
internal static class OnboardingPlaneSchema
{
    public static Schema Value { get; } = Schema.Object(
        "OnboardingPlane configures the plane.",
        new Dictionary<string, Schema> { ["spec"] = Spec(), ["status"] = Status() });

    private static Schema Spec() => Schema.Kept(
        "Settings of the plane; everything has a default.",
        ("uid", Schema.Text("Identifies the plane, the audience of every credential; default: status.uid, made once.")),
        ("hub", Schema.Text("Registry of images; of no use to this plane.")),
        ("imagePullSecrets", Schema.List("Pull Secrets; of no use to this plane.", Schema.Kept("A Secret.", ("name", Schema.Text("Its name."))))),
        ("endpoint", Schema.Kept(
            "Where agents reach the plane.",
            ("hosts", Schema.Texts("Names in the certificate.")),
            ("secretName", Schema.Text("Secret of type kubernetes.io/tls in the plane's namespace.")))),
        ("tokenIssuer", Schema.Kept(
            "How onboarding tokens are issued.",
            ("jwt", Schema.Kept("As JSON Web Tokens.", ("expiration", Schema.Text("Life of a token; default 1h.")))))),
        ("localRepository", Schema.OpenObject("Set: the plane serves packages.")),
        ("workloads", Schema.Kept(
            "How workloads are authenticated and leave.",
            ("authentication", AuthenticationSchema.Value),
            ("deregistration", Schema.Kept(
                "How workloads leave.",
                ("propagationDelay", Schema.Text("How long a sidecar serves on after its WorkloadEntry is gone; default 10s.")))))),
        ("minimumTransport", Schema.Text("Any (default), or Verified: agents that don't verify the plane's certificate are refused.")),
        ("keyBinding", Schema.Kept(
            "How identities are bound to keys.",
            ("onNewKey", Schema.Text("Refuse or ReplaceWhenGone; default: by kind of credential.")),
            ("retention", Schema.Text("How long a binding outlives the last registration; default 720h.")))),
        ("revocation", Schema.Kept(
            "What happens to members that no policy admits any more.",
            ("mode", Schema.Text("Report (default) or Evict.")),
            ("maxPerMinute", Schema.Int64("How many members are removed in a minute at most; default 10.")))),
        ("gracePeriod", Schema.Text("How long a registration outlives its agent's connection; default 5m.")),
        ("rollout", Schema.Kept(
            "How boot configurations that restart sidecars reach the members.",
            // Not x-kubernetes-int-or-string: with one anywhere, kube-apiserver 1.20 can't apply the kind's lists by their keys.
            ("maxUnavailable", Schema.Any("How many members may be restarting at once, a count or a share; default 10%.")),
            ("paused", Schema.Flag("True: no sidecar is restarted.")),
            ("progressDeadline", Schema.Text("How long a member has to be ready again; default 5m.")))),
        ("components", Schema.OpenObject("Kubernetes settings of components.")));

    private static Schema Status() => Schema.Object(
        "State of the plane.",
        new Dictionary<string, Schema>
        {
            ["uid"] = Schema.Text("Audience of credentials where spec.uid is not set."),
            ["conditions"] = StatusSchema.Conditions,
            ["observedGeneration"] = Schema.Int64("Generation the status refers to."),
        }) with
    { Open = true };
}
