using Onboarding.Api.Identity;

namespace Onboarding.Authorization.Conditions;

/// <summary>
/// One condition that a matcher puts on an identity. Deciding and explaining both go through it, so they can't disagree.
/// </summary>
internal abstract class Condition(string kind)
{
    private const int MostShown = 5;

    /// <summary>As it is in the policy, e.g. <c>aws.accounts</c>.</summary>
    public string Kind => kind;

    /// <summary>What it asks for, for people.</summary>
    public abstract string Expected { get; }

    /// <summary>True if it holds. Doesn't allocate.</summary>
    public abstract bool Holds(WorkloadIdentity identity);

    /// <summary>What the identity has there, for people.</summary>
    public abstract string Actual(WorkloadIdentity identity);

    /// <summary>Checks it with everything an explanation needs.</summary>
    public ConditionResult Check(WorkloadIdentity identity) => new(Kind, Holds(identity), Expected, Actual(identity));

    /// <summary>A text in quotes; what isn't there is <c>absent</c>.</summary>
    protected static string Quote(string? text) => text is null ? "absent" : $"\"{text}\"";

    /// <summary>One value, or one of several; a list of thousands isn't written into every audit record.</summary>
    protected static string OneOf(IReadOnlyList<string> values)
    {
        if (values.Count == 1)
        {
            return Quote(values[0]);
        }

        string shown = string.Join(", ", values.Take(MostShown).Select(Quote));
        return values.Count > MostShown ? $"one of {shown} and {values.Count - MostShown} more" : $"one of {shown}";
    }
}
