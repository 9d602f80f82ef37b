using Onboarding.Client.Control;

namespace Onboarding.Cmdlets;

/// <summary>A span as people say it: <c>83 ms</c>, <c>3 s</c>, <c>23h 59m</c>. For formats and types.</summary>
public static class SpanText
{
    /// <summary>The span in words; empty for null.</summary>
    /// <param name="span">The span.</param>
    public static string Format(TimeSpan? span) => span is { } given ? StatusWords.Span(given) : "";

    /// <summary>The span as a column has it, <c>41s</c>, <c>23h</c>; empty for null.</summary>
    /// <param name="span">The span.</param>
    public static string Age(TimeSpan? span) => span is { } given ? StatusWords.Age(given) : "";

    internal static string Token(DateTimeOffset? expires, string phase) => StatusWords.Token(expires, phase, TimeProvider.System.GetUtcNow());
}
