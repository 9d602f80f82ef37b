namespace Onboarding.Cmdlets.Pipeline;

/// <summary>Warnings of a run over many objects: each is said once, at the end, and how often it was meant.</summary>
internal sealed class RepeatedWarnings
{
    private readonly Lock _lock = new();
    private readonly List<string> _order = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Add(string text)
    {
        lock (_lock)
        {
            if (_counts.TryAdd(text, 0))
            {
                _order.Add(text);
            }

            _counts[text]++;
        }
    }

    /// <summary>What is to be said; nothing the second time.</summary>
    public IReadOnlyList<string> Take()
    {
        lock (_lock)
        {
            string[] said = [.. _order.Select(t => _counts[t] == 1 ? t : $"{t} (The same for {_counts[t]} objects.)")];
            _order.Clear();
            _counts.Clear();
            return said;
        }
    }
}
