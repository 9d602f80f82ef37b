using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Shouldly;

namespace Onboarding.Testing;

/// <summary>
/// Takes everything that is logged during a test and fails the test, on dispose, for every error log it didn't announce with
/// <see cref="Expect"/>.
/// </summary>
public sealed class TestLog : ILoggerProvider, ILoggerFactory
{
    private readonly ConcurrentQueue<TestLogEntry> _entries = new();
    private readonly ConcurrentBag<string> _expected = [];

    public IReadOnlyCollection<TestLogEntry> Entries => _entries;

    /// <summary>All of it as text, for assertions that a secret isn't in there.</summary>
    public string Text => string.Join('\n', _entries);

    /// <summary>Errors whose text contains this are part of the test.</summary>
    public void Expect(string part) => _expected.Add(part);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public ILogger<T> CreateLogger<T>() => LoggerFactoryExtensions.CreateLogger<T>(this);

    public void AddProvider(ILoggerProvider provider) => throw new InvalidOperationException("A TestLog is the only provider.");

    public void Dispose() =>
        _entries.Where(e => e.Level >= LogLevel.Error && !_expected.Any(p => e.ToString().Contains(p, StringComparison.Ordinal)))
            .ShouldBeEmpty("no error may be logged that the test doesn't expect");

    private sealed class Logger(TestLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            log._entries.Enqueue(new TestLogEntry(logLevel, category, eventId, formatter(state, exception), exception));
    }
}
