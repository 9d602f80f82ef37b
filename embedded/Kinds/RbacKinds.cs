using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;
using Onboarding.Embedded.Tables;

namespace Onboarding.Embedded.Kinds;

/// <summary>Roles and bindings.</summary>
internal static class RbacKinds
{
    public const string Group = "rbac.authorization.k8s.io";

    public static Kind Role { get; } = new(Group, ["v1"], "Role", "roles", RbacSchema.Role)
    {
        BuiltIn = true,
        Columns = [Column.CreatedAt],
    };

    public static Kind RoleBinding { get; } = new(Group, ["v1"], "RoleBinding", "rolebindings", RbacSchema.Binding)
    {
        BuiltIn = true,
        Columns = [RoleColumn, Column.Age],
    };

    public static Kind ClusterRole { get; } = new(Group, ["v1"], "ClusterRole", "clusterroles", RbacSchema.ClusterRole)
    {
        Namespaced = false,
        BuiltIn = true,
        Columns = [Column.CreatedAt],
    };

    public static Kind ClusterRoleBinding { get; } = new(Group, ["v1"], "ClusterRoleBinding", "clusterrolebindings", RbacSchema.Binding)
    {
        Namespaced = false,
        BuiltIn = true,
        Columns = [RoleColumn, Column.Age],
    };

    public static IReadOnlyList<Kind> All { get; } = [Role, RoleBinding, ClusterRole, ClusterRoleBinding];

    private static Column RoleColumn => Column.Text("Role", o => $"{o.Text("roleRef", "kind")}/{o.Text("roleRef", "name")}");
}
