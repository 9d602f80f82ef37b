using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace Onboarding.Tests.Unit.Suite;

/// <summary>Notes each socket that connects or accepts in this process, and each name that is looked up, with the code that did it.</summary>
internal sealed class SocketWatch : EventListener
{
    private static readonly AsyncLocal<SocketWatch?> Announced = new();
    private readonly ConcurrentQueue<string> _opened = new();

    /// <summary>What was opened since the last call.</summary>
    public IReadOnlyList<string> Take()
    {
        var taken = new List<string>();
        while (_opened.TryDequeue(out string? opened))
        {
            taken.Add(opened);
        }

        return taken;
    }

    /// <summary>Runs code whose sockets this watch alone notes.</summary>
    public void Run(Action action)
    {
        Announced.Value = this;
        try
        {
            action();
        }
        finally
        {
            Announced.Value = null;
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name is "System.Net.Sockets" or "System.Net.NameResolution")
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName is "ConnectStart" or "AcceptStart" or "ResolutionStart" && (Announced.Value is null || Announced.Value == this))
        {
            _opened.Enqueue($"{eventData.EventName} {string.Join(", ", eventData.Payload ?? new([]))}{Environment.StackTrace}");
        }
    }
}
