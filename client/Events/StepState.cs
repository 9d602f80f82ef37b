using System.Collections;

namespace Onboarding.Client.Events;

/// <summary>The values of an event, in the shape structured logging takes them.</summary>
internal sealed class StepState(AgentEvent happened) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _pairs =
        [.. happened.Properties.Where(p => p.Value.Length > 0).Select(p => KeyValuePair.Create(p.Name, (object?)p.Value))];

    public int Count => _pairs.Length;

    public KeyValuePair<string, object?> this[int index] => _pairs[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _pairs.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => happened.Message;
}
