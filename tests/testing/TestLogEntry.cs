using Microsoft.Extensions.Logging;

namespace Onboarding.Testing;

/// <summary>One line of a <see cref="TestLog"/>.</summary>
public sealed record TestLogEntry(LogLevel Level, string Category, EventId EventId, string Message, Exception? Exception)
{
    public override string ToString() => $"{Level} {Category}[{EventId.Id}] {Message} {Exception}";
}
