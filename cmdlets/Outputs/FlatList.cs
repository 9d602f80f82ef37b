using System.Collections.ObjectModel;

namespace Onboarding.Cmdlets;

/// <summary>A list whose text is all that it holds: what <c>Export-Csv</c> writes into a cell, where an array's text is its type.</summary>
/// <typeparam name="T">What it holds.</typeparam>
public sealed class FlatList<T> : ReadOnlyCollection<T>
{
    internal FlatList(IEnumerable<T> items)
        : base([.. items])
    {
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", this);
}
