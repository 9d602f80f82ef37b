namespace Onboarding.Embedded.Schemas;

/// <summary>How writers share a list (<c>x-kubernetes-list-type</c>).</summary>
internal enum ListKind
{
    /// <summary>The whole list has one owner.</summary>
    Atomic,

    /// <summary>Items are objects told apart by <see cref="Schema.ListKeys"/>.</summary>
    Map,

    /// <summary>Items are scalars, each at most once.</summary>
    Set,
}
