namespace Onboarding.Plane.Events;

/// <summary>What of a series isn't written yet.</summary>
internal sealed class EventSeries
{
    private const int MostIds = 5;

    private readonly Lock _lock = new();
    private readonly List<string> _ids = [];
    private PlaneEvent? _latest;
    private int _count;
    private DateTimeOffset _first;
    private DateTimeOffset _last;

    /// <summary>Adds an occurrence.</summary>
    public void Add(PlaneEvent occurrence, DateTimeOffset now)
    {
        lock (_lock)
        {
            _first = _count == 0 ? now : _first;
            _latest = occurrence;
            _last = now;
            _count++;
            _ids.Insert(0, occurrence.CorrelationId);
            _ids.RemoveRange(Math.Min(MostIds, _ids.Count), Math.Max(0, _ids.Count - MostIds));
        }
    }

    /// <summary>Takes what isn't written; null if everything is.</summary>
    public PendingEvent? Take()
    {
        lock (_lock)
        {
            if (_latest is null || _count == 0)
            {
                return null;
            }

            var pending = new PendingEvent(_latest, _count, [.. _ids], _first, _last);
            _count = 0;
            _ids.Clear();
            return pending;
        }
    }

    /// <summary>Gives back what couldn't be written.</summary>
    public void Return(PendingEvent pending)
    {
        lock (_lock)
        {
            _latest ??= pending.Latest;
            _first = pending.First;
            _last = _count == 0 ? pending.Last : _last;
            _count += pending.Count;
            _ids.AddRange(pending.CorrelationIds.Take(MostIds - _ids.Count));
        }
    }
}

/// <summary>Occurrences of one series that are to be written.</summary>
/// <param name="Latest">The last of them.</param>
/// <param name="Count">How many.</param>
/// <param name="CorrelationIds">Their last correlation ids, newest first.</param>
/// <param name="First">When the first was.</param>
/// <param name="Last">When the last was.</param>
internal sealed record PendingEvent(PlaneEvent Latest, int Count, IReadOnlyList<string> CorrelationIds, DateTimeOffset First, DateTimeOffset Last);
