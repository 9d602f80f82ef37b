using System.Globalization;
using Onboarding.Api.Control;

namespace Onboarding.Client.Control;

/// <summary>Parts of a status in words; the same at the command line and in PowerShell.</summary>
public static class StatusWords
{
    /// <summary>A span as people say it, in at most two units: <c>83 ms</c>, <c>3 s</c>, <c>2 min</c>, <c>23h 59m</c>, <c>5 d</c>.</summary>
    /// <param name="span">The span; a negative one is nothing.</param>
    public static string Span(TimeSpan span)
    {
        span = span < TimeSpan.Zero ? TimeSpan.Zero : span;
        return span switch
        {
            { TotalSeconds: < 1 } => Text($"{span.TotalMilliseconds:0} ms"),
            { TotalMinutes: < 2 } => Text($"{(int)span.TotalSeconds} s"),
            { TotalHours: < 2 } => Text($"{(int)span.TotalMinutes} min"),
            { TotalDays: < 2 } => Text($"{(int)span.TotalHours}h {span.Minutes}m"),
            _ => Text($"{(int)span.TotalDays} d"),
        };
    }

    /// <summary>An age for a column, in at most three characters: <c>41s</c>, <c>12m</c>, <c>23h</c>, <c>99d</c>, <c>14w</c>, <c>2y</c>.</summary>
    /// <param name="span">The span; a negative one is nothing.</param>
    public static string Age(TimeSpan span)
    {
        span = span < TimeSpan.Zero ? TimeSpan.Zero : span;
        return span switch
        {
            { TotalSeconds: < 100 } => Text($"{(int)span.TotalSeconds}s"),
            { TotalMinutes: < 100 } => Text($"{(int)span.TotalMinutes}m"),
            { TotalHours: < 48 } => Text($"{(int)span.TotalHours}h"),
            { TotalDays: < 100 } => Text($"{(int)span.TotalDays}d"),
            { TotalDays: < 700 } => Text($"{(int)(span.TotalDays / 7)}w"),
            _ => Text($"{(int)(span.TotalDays / 365.25)}y"),
        };
    }

    /// <summary>What was reached, and how long each took: <c>Authenticated 31 ms, Authorized 7 ms, …</c>.</summary>
    /// <param name="status">The status.</param>
    public static string Timeline(AgentStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return string.Join(", ", status.Timeline.Select(m => $"{NameOf(m)} {Took(m.Took.ToTimeSpan())}"));
    }

    /// <summary>The onboarding token, and what becomes of it; empty without one.</summary>
    /// <param name="expires">When it expires.</param>
    /// <param name="phase">The machine's phase: only a session that the plane has nothing against renews it.</param>
    /// <param name="now">The time.</param>
    public static string Token(DateTimeOffset? expires, string phase, DateTimeOffset now) => expires is not { } at ? ""
        : at <= now ? "expired"
        : $"expires in {Span(at - now)}, " + phase switch
        {
            nameof(AgentPhase.Connected) or nameof(AgentPhase.Healthy) => "renewed automatically",
            nameof(AgentPhase.Refused) => "not renewed: the plane refuses",
            _ => "renewed once this machine is connected",
        };

    /// <summary>What was reached.</summary>
    /// <param name="milestone">The milestone.</param>
    public static string NameOf(Milestone milestone)
    {
        ArgumentNullException.ThrowIfNull(milestone);
        return milestone.BootConfiguration ? "Booted" : milestone.Phase.ToString();
    }

    /// <summary>How long a milestone took: milliseconds up to ten seconds.</summary>
    /// <param name="span">The span.</param>
    public static string Took(TimeSpan span) => span.TotalSeconds < 10 ? Text($"{span.TotalMilliseconds:0} ms") : Span(span);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
