using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Rbac;

/// <summary>Roles and bindings at one moment.</summary>
internal sealed class RbacSnapshot
{
    private readonly Dictionary<(string Namespace, string Name), List<PolicyRule>> _roles = [];
    private readonly List<(string Namespace, JsonObject Binding)> _bindings = [];

    public RbacSnapshot(ObjectStore store)
    {
        foreach (Kind kind in (Kind[])[RbacKinds.Role, RbacKinds.ClusterRole])
        {
            foreach (StoredObject role in store.List(new ListQuery(kind.Resource)).Items)
            {
                _roles[(role.Key.Namespace, role.Key.Name)] = [.. role.ToJson().List("rules").Select(PolicyRule.Read)];
            }
        }

        foreach (Kind kind in (Kind[])[RbacKinds.RoleBinding, RbacKinds.ClusterRoleBinding])
        {
            _bindings.AddRange(store.List(new ListQuery(kind.Resource)).Items.Select(b => (b.Key.Namespace, b.ToJson())));
        }
    }

    /// <summary>Rules that someone has in a namespace, or everywhere if that is empty.</summary>
    public IEnumerable<PolicyRule> Rules(UserInfo user, string @namespace) => _bindings
        .Where(b => (b.Namespace.Length == 0 || b.Namespace == @namespace) && b.Binding.List("subjects").Any(s => Is(s, user, b.Namespace)))
        .SelectMany(b => RoleRules(b.Binding, b.Namespace));

    private static bool Is(JsonNode? subject, UserInfo user, string bindingNamespace) => subject.Text("kind") switch
    {
        "User" => subject.Text("name") == user.Name,
        "Group" => user.Groups.Contains(subject.Text("name") ?? ""),
        "ServiceAccount" =>
            user.Name == $"system:serviceaccount:{subject.Text("namespace") ?? bindingNamespace}:{subject.Text("name")}",
        _ => false,
    };

    /// <summary>Rules of the role that a binding in a namespace refers to.</summary>
    public IReadOnlyList<PolicyRule> RoleRules(JsonObject binding, string @namespace)
    {
        string name = binding.Text("roleRef", "name") ?? "";
        string where = binding.Text("roleRef", "kind") == "Role" ? @namespace : "";
        return _roles.GetValueOrDefault((where, name)) ?? [];
    }
}
