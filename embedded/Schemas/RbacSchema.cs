namespace Onboarding.Embedded.Schemas;

/// <summary>Shapes of roles and bindings.</summary>
internal static class RbacSchema
{
    public static Schema Role { get; } = Schema.Object(
        "Role is a set of permissions in a namespace.",
        new Dictionary<string, Schema> { ["rules"] = Rules });

    public static Schema ClusterRole { get; } = Schema.Object(
        "ClusterRole is a set of permissions in the cluster.",
        new Dictionary<string, Schema>
        {
            ["rules"] = Rules,
            ["aggregationRule"] = Schema.OpenObject("Selects roles whose rules this one has."),
        });

    public static Schema Binding { get; } = Schema.Object(
        "Gives a role's permissions to users, groups and service accounts.",
        new Dictionary<string, Schema>
        {
            ["subjects"] = Schema.List(
                "Who gets them.",
                Schema.Object(
                    "A user, group or service account.",
                    new Dictionary<string, Schema>
                    {
                        ["kind"] = Schema.Text("User, Group or ServiceAccount."),
                        ["apiGroup"] = Schema.Text("API group of the kind."),
                        ["name"] = Schema.Text("Name."),
                        ["namespace"] = Schema.Text("Namespace of a service account."),
                    },
                    "kind", "name") with
                { AtomicMap = true }),
            ["roleRef"] = Schema.Object(
                "The role; cannot be changed.",
                new Dictionary<string, Schema>
                {
                    ["apiGroup"] = Schema.Text("rbac.authorization.k8s.io."),
                    ["kind"] = Schema.Text("Role or ClusterRole."),
                    ["name"] = Schema.Text("Name of the role."),
                },
                "kind", "name") with
            { AtomicMap = true },
        },
        "roleRef");

    private static Schema Rules => Schema.List(
        "Permissions.",
        Schema.Object(
            "One permission.",
            new Dictionary<string, Schema>
            {
                ["verbs"] = Schema.Texts("Verbs; * is all."),
                ["apiGroups"] = Schema.Texts("API groups; * is all."),
                ["resources"] = Schema.Texts("Resources, with /subresource; * is all."),
                ["resourceNames"] = Schema.Texts("Names; empty is all."),
                ["nonResourceURLs"] = Schema.Texts("Paths; a trailing * matches any rest."),
            },
            "verbs"));
}
