using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;

namespace Onboarding.Embedded.Seeding;

/// <summary>The roles and bindings every cluster has that matter here.</summary>
internal static class RbacSeeds
{
    private static readonly string[] Read = ["get", "list", "watch"];

    public static IEnumerable<(Kind Kind, string Name, JsonObject Value)> All()
    {
        yield return Role("cluster-admin", Rule(["*"], ["*"], ["*"]), Paths(["*"], "*"));
        yield return Role(
            "system:basic-user",
            Rule(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
            Rule(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"]));
        yield return Role(
            "system:discovery",
            Paths(["get"], "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version",
                "/version/"));
        yield return Role(
            "system:auth-delegator",
            Rule(["create"], ["authentication.k8s.io"], ["tokenreviews"]),
            Rule(["create"], ["authorization.k8s.io"], ["subjectaccessreviews"]));
        yield return Role("system:service-account-issuer-discovery", Paths(["get"], "/.well-known/openid-configuration", "/openid/v1/jwks"));
        yield return Role("view", Rule(Read, [""], ["configmaps", "events", "namespaces", "serviceaccounts", "services"]), Workloads(Read));
        yield return Role(
            "edit",
            Rule(["*"], [""], ["configmaps", "events", "secrets", "serviceaccounts", "serviceaccounts/token", "services"]),
            Rule(Read, [""], ["namespaces"]),
            Workloads(["*"]));

        yield return Binding("cluster-admin", "system:masters");
        yield return Binding("system:basic-user", "system:authenticated");
        yield return Binding("system:discovery", "system:authenticated");
        yield return Binding("system:service-account-issuer-discovery", "system:serviceaccounts");
    }

    private static JsonObject Workloads(string[] verbs) => Rule(
        verbs,
        [.. CustomKinds.All.Where(k => !k.BuiltIn).Select(k => k.Group).Distinct()],
        ["*"]);

    private static (Kind, string, JsonObject) Role(string name, params JsonNode[] rules) =>
        (RbacKinds.ClusterRole, name, Labelled(new JsonObject { ["rules"] = new JsonArray(rules) }));

    private static (Kind, string, JsonObject) Binding(string role, string group) => (
        RbacKinds.ClusterRoleBinding,
        role,
        Labelled(new JsonObject
        {
            ["roleRef"] = new JsonObject { ["apiGroup"] = RbacKinds.Group, ["kind"] = "ClusterRole", ["name"] = role },
            ["subjects"] = new JsonArray(new JsonObject { ["apiGroup"] = RbacKinds.Group, ["kind"] = "Group", ["name"] = group }),
        }));

    private static JsonObject Labelled(JsonObject value)
    {
        value.Metadata()["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" };
        return value;
    }

    private static JsonObject Rule(string[] verbs, string[] groups, string[] resources) => new()
    {
        ["apiGroups"] = Texts(groups),
        ["resources"] = Texts(resources),
        ["verbs"] = Texts(verbs),
    };

    private static JsonObject Paths(string[] verbs, params string[] paths) =>
        new() { ["nonResourceURLs"] = Texts(paths), ["verbs"] = Texts(verbs) };

    private static JsonArray Texts(string[] texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
