using System.Text.Json.Nodes;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Authorization;

/// <summary>
/// Decides by stored roles and bindings. A change of any of them counts from the moment its writer has the answer: the hub tells
/// of it before that.
/// </summary>
internal sealed class RbacAuthorizer(ObjectStore store)
{
    private readonly Lock _lock = new();
    private RbacSnapshot? _snapshot;
    private long _readAt = -1;

    public bool IsAllowed(UserInfo user, AccessQuestion question) =>
        user.Groups.Contains(UserInfo.Masters) || Rules(user, question.Namespace).Any(rule => rule.Allows(question));

    /// <summary>Rules that somebody has in a namespace.</summary>
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
