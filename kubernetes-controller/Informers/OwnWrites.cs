using System.Globalization;

namespace Onboarding.Kubernetes.Informers;

/// <summary>
/// Whether a copy of a kind's objects shows what this process wrote last. Resource versions of one kind are compared as numbers, as client-go
/// does since Kubernetes 1.35 promises their order; one that isn't a number says nothing.
/// </summary>
internal sealed class OwnWrites
{
    private long _written;
    private long _seen;

    /// <summary>True while something was written that the copy doesn't show.</summary>
    public bool IsBehind => Volatile.Read(ref _written) > Volatile.Read(ref _seen);

    /// <summary>The server stored an object.</summary>
    public void Wrote(string? resourceVersion) => Raise(ref _written, resourceVersion);

    /// <summary>The copy is as the server was then, or newer.</summary>
    public void Seen(string? resourceVersion) => Raise(ref _seen, resourceVersion);

    private static void Raise(ref long highest, string? resourceVersion)
    {
        if (!long.TryParse(resourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out long version))
        {
            return;
        }

        for (long before = Volatile.Read(ref highest); version > before; before = Volatile.Read(ref highest))
        {
            Interlocked.CompareExchange(ref highest, version, before);
        }
    }
}
