using System.Collections;

namespace Onboarding.Client.Flow;

/// <summary>The values of a step, in the shape structured logging takes them.</summary>
internal sealed class StepState(string message, IReadOnlyDictionary<string, string> properties) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _pairs = [.. properties.Select(p => KeyValuePair.Create(p.Key, (object?)p.Value))];

    public int Count => _pairs.Length;

    public KeyValuePair<string, object?> this[int index] => _pairs[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _pairs.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => message;
}
