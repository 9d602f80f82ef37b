using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Calls;

/// <summary>
/// Writes down what became of calls. Attack: refused calls cost a caller next to nothing, and each would write two lines: 30,000 in ten
/// seconds from one thread. Of each caller and reason the first ones are written in full; after that one line an interval, with how many
/// there were.
/// </summary>
internal sealed partial class CallRecords(AuditLog audit, TimeProvider time, ILogger<CallRecords> logger)
{
    /// <summary>At most one line of a caller and reason in this time, once it has had its first ones.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const int MostKeys = 50_000;

    // What the limiter refuses says nothing new; what it lets through is worked on, and so is its own measure.
    private const int FirstOnes = 300;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Caller, string Reason), RefusalGroup> _entries = [];

    /// <summary>What was asked for was done.</summary>
    public void Allowed(AuditRecord record) => audit.Allowed(record);

    /// <summary>It was refused.</summary>
    /// <param name="record">What is known of the call.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="limited">The address that limits count it against.</param>
    public void Denied(AuditRecord record, Refusal refusal, string limited)
    {
        string caller = record is { IsVerified: true, Identity: { } identity } ? CanonicalIdentity.Serialize(identity) : limited;
        if (Turn(caller, refusal.Reason) is not { } left)
        {
            audit.LeftOut(record, refusal);
            return;
        }

        if (refusal.Reason != Reasons.Internal)
        {
            LogRefused(logger, record.Action, refusal.Reason, record.CorrelationId, refusal.Detail ?? refusal.Message, More(left, caller));
        }

        record.Repeated = left;
        audit.Denied(record, refusal);
    }

    /// <summary>True if something may be written of a caller now that isn't a refusal, e.g. its sidecar's health.</summary>
    /// <param name="caller">Who it is about.</param>
    /// <param name="what">What it is.</param>
    public bool MayLog(string caller, string what) => Turn(caller, what, firstOnes: 10) is not null;

    private static string More(int left, string caller) => left == 0 ? "" : $" And {left} more of {caller} since, for the same reason.";

    /// <summary>How many were left out since the last line; null if this one is left out, too.</summary>
    private int? Turn(string caller, string reason, int firstOnes = FirstOnes)
    {
        long now = time.GetTimestamp();
        int first = reason == Reasons.RateLimited ? 1 : firstOnes;
        lock (_lock)
        {
            if (!_entries.TryGetValue((caller, reason), out RefusalGroup? entry))
            {
                MakeRoom(now);
                _entries[(caller, reason)] = entry = new RefusalGroup { First = first, LastWritten = now };
            }
            else if (entry.LeftOut == 0 && time.GetElapsedTime(entry.LastWritten, now) > 6 * Interval)
            {
                entry.First = first;
            }

            if (entry.First > 0)
            {
                entry.First--;
                entry.LastWritten = now;
                return 0;
            }

            if (time.GetElapsedTime(entry.LastWritten, now) < Interval)
            {
                entry.LeftOut++;
                return null;
            }

            int left = entry.LeftOut;
            (entry.LeftOut, entry.LastWritten) = (0, now);
            return left;
        }
    }

    // Someone with very many addresses must not have everybody else's forgotten one by one: all that are quiet go at once.
    private void MakeRoom(long now)
    {
        if (_entries.Count < MostKeys)
        {
            return;
        }

        foreach (((string, string) key, RefusalGroup entry) in _entries)
        {
            if (time.GetElapsedTime(entry.LastWritten, now) > Interval)
            {
                _entries.Remove(key);
            }
        }

        if (_entries.Count >= MostKeys)
        {
            _entries.Clear();
        }
    }

    [LoggerMessage(4001, LogLevel.Information, "Refused to {Action}: {Reason} ({CorrelationId}). {Detail}{More}")]
    private static partial void LogRefused(ILogger logger, string action, string reason, string correlationId, string detail, string more);

    private sealed class RefusalGroup
    {
        public int First { get; set; }

        public long LastWritten { get; set; }

        public int LeftOut { get; set; }
    }
}
