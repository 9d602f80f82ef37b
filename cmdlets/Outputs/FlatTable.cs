using System.Collections.ObjectModel;

namespace Onboarding.Cmdlets;

/// <summary>
/// Names and values, whose text is all of them: <c>app=ratings,version=v1</c>. Of labels that is a label selector. Names are compared by
/// case, as Kubernetes does.
/// </summary>
public sealed class FlatTable : ReadOnlyDictionary<string, string>
{
    internal FlatTable(IEnumerable<KeyValuePair<string, string>> values)
        : base(new SortedDictionary<string, string>(values.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal))
    {
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', this.Select(p => $"{p.Key}={p.Value}"));
}
