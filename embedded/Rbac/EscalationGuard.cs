using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Requests;

namespace Onboarding.Embedded.Rbac;

/// <summary>
/// No one grants what they don't have: who may write roles or bindings would otherwise have everything, by writing themselves a
/// role. Only the verbs <c>escalate</c> and <c>bind</c> lift that.
/// </summary>
internal sealed class EscalationGuard(RbacAuthorizer authorizer)
{
    /// <summary>Refuses a role or binding that gives more than its writer has.</summary>
    public void Check(UserInfo user, Kind kind, JsonObject value, JsonObject? old)
    {
        if (kind.Group != RbacKinds.Group || user.Groups.Contains(UserInfo.Masters))
        {
            return;
        }

        string name = value.Text("metadata", "name") ?? "";
        string @namespace = value.Text("metadata", "namespace") ?? "";
        bool role = kind == RbacKinds.Role || kind == RbacKinds.ClusterRole;
        if (role && old is not null && JsonNode.DeepEquals(old["rules"], value["rules"]))
        {
            return;
        }

        AccessQuestion question = role
            ? new AccessQuestion("escalate") { Resource = kind.Plural, Name = name }
            : new AccessQuestion("bind")
            {
                Resource = value.Text("roleRef", "kind") == "Role" ? "roles" : "clusterroles",
                Name = value.Text("roleRef", "name") ?? "",
            };
        if (authorizer.IsAllowed(user, question with { Group = RbacKinds.Group, Namespace = @namespace }))
        {
            return;
        }

        IEnumerable<PolicyRule> granted = role
            ? value.List("rules").Select(PolicyRule.Read)
            : authorizer.RulesOfRole(value, @namespace);
        PolicyRule[] held = [.. authorizer.Rules(user, @namespace)];
        PolicyRule[] missing = [.. granted.Where(rule => Questions(rule).Any(q => !Array.Exists(held, h => h.Allows(q))))];
        if (missing.Length > 0)
        {
            string groups = string.Join(' ', user.Groups.Select(g => $"\"{g}\""));
            throw ApiErrors.Forbidden(
                kind,
                name,
                $"user \"{user.Name}\" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n" +
                string.Join('\n', missing.Select(Describe)));
        }
    }

    /// <summary>Everything a rule allows, one by one; a star is only had by who has a star.</summary>
    private static IEnumerable<AccessQuestion> Questions(PolicyRule rule)
    {
        ImmutableArray<string> names = rule.Names.IsEmpty ? [""] : rule.Names;
        return rule.Verbs.SelectMany(verb => rule.Paths.Select(path => new AccessQuestion(verb) { Path = path }).Concat(
            from @group in rule.Groups
            from resource in rule.Resources
            from name in names
            select new AccessQuestion(verb) { Group = @group, Resource = resource, Name = name }));
    }

    private static string Describe(PolicyRule rule)
    {
        static string Texts(ImmutableArray<string> values) => $"[{string.Join(", ", values.Select(v => $"\"{v}\""))}]";
        string what = rule.Paths.IsEmpty
            ? $"APIGroups:{Texts(rule.Groups)}, Resources:{Texts(rule.Resources)}{(rule.Names.IsEmpty ? "" : $", ResourceNames:{Texts(rule.Names)}")}"
            : $"NonResourceURLs:{Texts(rule.Paths)}";
        return $"{{{what}, Verbs:{Texts(rule.Verbs)}}}";
    }
}
