using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Rbac;

/// <summary>
/// Decides by stored roles and bindings. A change of any of them counts from the moment its writer has the answer: the hub tells
/// of it before that.
/// </summary>
internal sealed class RbacAuthorizer(ObjectStore store, Action<string, AccessQuestion, PolicyRule>? allowed = null)
{
    private readonly Lock _lock = new();
    private RbacSnapshot? _snapshot;
    private long _readAt = -1;

    public bool IsAllowed(UserInfo user, AccessQuestion question) =>
        user.Groups.Contains(UserInfo.Masters) || Rules(user, question.Namespace).Any(rule => rule.Allows(question));

    /// <summary>Refuses what isn't allowed, in the words of a real server.</summary>
    /// <exception cref="ApiException">It isn't.</exception>
    public void Require(UserInfo user, AccessQuestion question)
    {
        if (user.Groups.Contains(UserInfo.Masters))
        {
            return;
        }

        if (Rules(user, question.Namespace).FirstOrDefault(rule => rule.Allows(question)) is { } allowing)
        {
            allowed?.Invoke(user.Name, question, allowing);
            return;
        }

        string why = question.Refusal(user.Name);
        if (question.Path is not null)
        {
            throw new ApiException(403, "Forbidden", $"forbidden: {why}", []);
        }

        string resource = question.Group.Length == 0 ? question.Resource : $"{question.Resource}.{question.Group}";
        string named = question.Name.Length > 0 ? $"{resource} \"{question.Name}\"" : resource;
        var details = new JsonObject { ["name"] = question.Name, ["group"] = question.Group, ["kind"] = question.Resource };
        throw new ApiException(403, "Forbidden", $"{named} is forbidden: {why}", details);
    }

    /// <summary>Rules that someone has in a namespace.</summary>
    public IEnumerable<PolicyRule> Rules(UserInfo user, string @namespace) => [.. Snapshot().Rules(user, @namespace)];

    /// <summary>Rules of the role that a binding refers to; none if there is no such role.</summary>
    public IEnumerable<PolicyRule> RulesOfRole(JsonObject binding, string @namespace) => Snapshot().RoleRules(binding, @namespace);

    private RbacSnapshot Snapshot()
    {
        lock (_lock)
        {
            long changed = RbacKinds.All.Max(kind => store.Hub.LastChange(kind.Resource));
            if (_snapshot is null || _readAt < changed)
            {
                _snapshot = new RbacSnapshot(store);
                _readAt = changed;
            }

            return _snapshot;
        }
    }
}
