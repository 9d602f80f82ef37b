using Onboarding.Api.Meta;

namespace Onboarding.Authorization.Rules;

/// <summary>A label selector made ready: the same answers as <see cref="LabelSelector.Matches"/>, without allocating.</summary>
internal sealed class CompiledSelector(LabelSelector selector)
{
    private readonly KeyValuePair<string, string>[] _labels = [.. selector.MatchLabels];
    private readonly LabelSelectorRequirement[] _expressions = [.. selector.MatchExpressions];

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (KeyValuePair<string, string> label in _labels)
        {
            if (!labels.TryGetValue(label.Key, out string? value) || value != label.Value)
            {
                return false;
            }
        }

        foreach (LabelSelectorRequirement expression in _expressions)
        {
            if (!expression.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }
}
