namespace Onboarding.Embedded.Istio;

/// <summary>What one stream wants of one type, and what it was last sent.</summary>
internal sealed class XdsSubscription
{
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Nonce of the last response; empty before the first.</summary>
    public string Nonce { get; private set; } = "";

    /// <summary>A nonce for the next response.</summary>
    public string NextNonce() => Nonce = Guid.NewGuid().ToString("N");

    /// <summary>Wants exactly these; true if that is a change.</summary>
    public bool Replace(IReadOnlyCollection<string> names)
    {
        if (_names.SetEquals(names))
        {
            return false;
        }

        _names.Clear();
        _names.UnionWith(names);
        return true;
    }

    /// <summary>Wants these too, and those no longer; true if there is anything new to send.</summary>
    public bool Change(IEnumerable<string> added, IEnumerable<string> removed)
    {
        _names.ExceptWith(removed);
        int before = _names.Count;
        _names.UnionWith(added);
        return _names.Count > before;
    }
}
