using System.Collections;
using System.Runtime.CompilerServices;
using Onboarding.Api.Runtime;
using Onboarding.Authorization.Rules;

namespace Onboarding.Authorization;

/// <summary>
/// Members of a namespace in the order in which they registered. Which of them take the places of a rule is found once and kept up to
/// date, so that a question about each of 10,000 members doesn't look at each of the others.
/// </summary>
/// <param name="members">The members, with how policies see them; null for one that can't be decided about.</param>
internal sealed class MemberOrder(IEnumerable<(WorkloadAutoRegistration Member, PolicyMember? View)> members)
{
    private readonly Lock _lock = new();
    private readonly List<(WorkloadAutoRegistration Member, PolicyMember? View)> _members = [.. members.OrderBy(m => m.Member, ByTime.Instance)];

    // Positions in the list, rising. Weak: a rule goes when its policy is edited.
    private readonly ConditionalWeakTable<CompiledRule, List<int>> _places = [];

    /// <summary>Those who come before a member; all if it is null.</summary>
    public IEnumerable<PolicyMember> Before(WorkloadAutoRegistration? self) => new Predecessors(this, self);

    /// <summary>How many members count for a rule and come before another, as far as its number goes.</summary>
    public static int Count(IEnumerable<PolicyMember> members, CompiledRule rule, int most) => members is Predecessors known
        ? known.Order.Count(rule, most, known.Self)
        : members.Where(rule.Counts).Take(most).Count();

    /// <summary>A member has come.</summary>
    public void Add(WorkloadAutoRegistration member, PolicyMember? view)
    {
        lock (_lock)
        {
            int position = Find(member);
            if (position >= 0)
            {
                return; // read with the others already
            }

            position = ~position;
            _members.Insert(position, (member, view));
            foreach ((CompiledRule rule, List<int> places) in _places)
            {
                int place = FirstFrom(places, position);
                for (int i = place; i < places.Count; i++)
                {
                    places[i]++;
                }

                if (view is not null && rule.Counts(view))
                {
                    places.Insert(place, position);
                }
            }
        }
    }

    /// <summary>A member has gone.</summary>
    public void Remove(WorkloadAutoRegistration member)
    {
        lock (_lock)
        {
            if (Find(member) is >= 0 and int position)
            {
                _members.RemoveAt(position);
                _places.Clear(); // who moves up to the last place of a rule lies beyond what is known
            }
        }
    }

    private int Count(CompiledRule rule, int most, WorkloadAutoRegistration? self)
    {
        lock (_lock)
        {
            if (!_places.TryGetValue(rule, out List<int>? places))
            {
                places = [.. Enumerable.Range(0, _members.Count).Where(i => _members[i].View is { } view && rule.Counts(view)).Take(most)];
                _places.Add(rule, places);
            }

            int end = self is null ? _members.Count : Find(self);
            return Math.Min(most, FirstFrom(places, end < 0 ? ~end : end));
        }
    }

    private PolicyMember[] Views(WorkloadAutoRegistration? self)
    {
        lock (_lock)
        {
            int end = self is null ? _members.Count : Find(self);
            return [.. _members.Take(end < 0 ? ~end : end).Select(m => m.View).OfType<PolicyMember>()];
        }
    }

    private int Find(WorkloadAutoRegistration member) => _members.BinarySearch((member, null), ByTime.Instance);

    private static int FirstFrom(List<int> places, int position)
    {
        int found = places.BinarySearch(position);
        return found < 0 ? ~found : found;
    }

    private sealed class Predecessors(MemberOrder order, WorkloadAutoRegistration? self) : IEnumerable<PolicyMember>
    {
        public MemberOrder Order => order;

        public WorkloadAutoRegistration? Self => self;

        public IEnumerator<PolicyMember> GetEnumerator() => order.Views(self).AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>By the time of registration, and by name where that is the same.</summary>
    private sealed class ByTime : IComparer<WorkloadAutoRegistration>, IComparer<(WorkloadAutoRegistration Member, PolicyMember? View)>
    {
        public static ByTime Instance { get; } = new();

        public int Compare(WorkloadAutoRegistration? x, WorkloadAutoRegistration? y) =>
            Nullable.Compare(x!.Metadata.CreationTimestamp, y!.Metadata.CreationTimestamp) is not 0 and int order
                ? order
                : string.CompareOrdinal(x.Metadata.Name, y.Metadata.Name);

        public int Compare((WorkloadAutoRegistration Member, PolicyMember? View) x, (WorkloadAutoRegistration Member, PolicyMember? View) y) =>
            Compare(x.Member, y.Member);
    }
}
