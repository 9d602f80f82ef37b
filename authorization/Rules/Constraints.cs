using System.Globalization;
using System.Net;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;

namespace Onboarding.Authorization.Rules;

/// <summary>What a rule asks for beyond identity and group. What isn't known yet is left open: the question is asked again.</summary>
internal sealed class Constraints(DateTimeOffset? notAfter, IPNetwork[] networks)
{
    private const int MostShown = 5;

    private readonly string[] _listed = [];
    private readonly IReadOnlyList<LabelPermission> _labels = [];

    /// <summary>True if labels are checked: in <c>allow</c>.</summary>
    public bool CheckLabels { get; init; }

    /// <summary>Labels a workload may report; none: those of <see cref="ReportedLabels"/>, and others but protected ones are dropped.</summary>
    public IReadOnlyList<LabelPermission> Labels
    {
        get => _labels;
        init
        {
            _labels = value;
            _listed = value.Count == 0 ? [] : [.. value.Select(label => label.Key).Where(key => !ProtectedLabels.IsReserved(key) || ReportedLabels.IsOfVersion(key))];
        }
    }

    /// <summary>How many members there may be; null: any number.</summary>
    public long? MaxMembers { get; init; }

    /// <summary>True if the rule is about some addresses only.</summary>
    public bool AsksForAddress => networks.Length > 0;

    /// <summary>Keys of <see cref="Labels"/> that a rule can open.</summary>
    public IReadOnlyCollection<string> ListedLabels => _listed;

    /// <summary>True if all that can be checked holds; what costs most comes last.</summary>
    public bool Hold(AdmissionQuestion question, CompiledRule rule) =>
        IsInTime(question)
        && IsInNetworks(question)
        && (!CheckLabels || question.Labels is null || !LabelCheck.Problems(question.Labels, Labels).Any())
        && (MaxMembers is null || CountMembers(question, rule) < MaxMembers);

    /// <summary>Every constraint that can be checked, with what it asks for and finds.</summary>
    public IEnumerable<ConditionResult> Check(AdmissionQuestion question, CompiledRule rule)
    {
        if (notAfter is { } end)
        {
            yield return new ConditionResult("notAfter", IsInTime(question), TimeText.Format(end), TimeText.Format(question.Now))
            {
                Failure = $"notAfter {TimeText.Format(end)} has passed, it is {TimeText.Format(question.Now)}",
            };
        }

        if (AsksForAddress && question.Address is { } address)
        {
            string expected = string.Join(", ", networks.Take(MostShown)) + (networks.Length > MostShown ? $" and {networks.Length - MostShown} more" : "");
            yield return new ConditionResult("addressCidrs", IsInNetworks(question), expected, address.ToString())
            {
                Failure = $"addressCidrs: {address} lies in none of {expected}",
            };
        }

        if (CheckLabels && question.Labels is { Count: > 0 } labels)
        {
            (string Key, string Problem)[] wrong = [.. LabelCheck.Problems(labels, Labels)];
            yield return new ConditionResult(
                "labels",
                wrong.Length == 0,
                Labels.Count == 0 ? "no protected ones" : string.Join(", ", Labels.Select(l => l.Key)),
                string.Join(", ", wrong.Length == 0 ? labels.Keys : wrong.Select(w => w.Key)))
            {
                Failure = $"labels: {string.Join(", ", wrong.Select(w => w.Problem))}",
            };
        }

        if (MaxMembers is { } most)
        {
            int members = CountMembers(question, rule);
            yield return new ConditionResult("maxMembers", members < most, most.ToString(CultureInfo.InvariantCulture), members.ToString(CultureInfo.InvariantCulture))
            {
                Failure = $"maxMembers: {members} of {most} places are taken",
            };
        }
    }

    private bool IsInTime(AdmissionQuestion question) => notAfter is not { } end || question.Now < end;

    private bool IsInNetworks(AdmissionQuestion question)
    {
        if (networks.Length == 0 || question.Address is not { } address)
        {
            return true;
        }

        // ::ffff:10.0.0.1 is 10.0.0.1 to every client; as an IPv6 address it would slip past a rule about IPv4 networks.
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (IPNetwork network in networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    // No further than to the last place: who decides needn't know how many more there are.
    private int CountMembers(AdmissionQuestion question, CompiledRule rule) =>
        question.MembersBefore is { } members ? MemberOrder.Count(members(), rule, (int)MaxMembers!) : 0;
}
