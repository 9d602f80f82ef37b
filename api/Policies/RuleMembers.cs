using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>How many members are there by a rule.</summary>
/// <param name="Rule">The rule in <c>spec.allow</c>, counted from 1.</param>
/// <param name="Members">Registrations that the rule admits, whether or not others admit them too.</param>
public sealed record RuleMembers(int Rule, int Members)
{
    internal static RuleMembers? FromJson(JsonObject json) =>
        json.IntegerOf("rule") is { } rule && json.IntegerOf("members") is { } members ? new RuleMembers((int)rule, (int)members) : null;

    internal JsonObject ToJson() => new JsonObject().With("rule", (long)Rule).With("members", (long)Members);
}
