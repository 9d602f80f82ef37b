using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Onboarding.Quickstart;

/// <summary>Prints what happens, with the time since the start.</summary>
internal sealed class Narrator
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private readonly Queue<string> _details = new();
    private readonly IAnsiConsole _console = CreateConsole();

    public void Tell(string who, string what) => Print(who, Markup.Escape(what));

    public void Warn(string who, string what) => Print(who, $"[yellow]{Markup.Escape(what)}[/]");

    public void Show(Table table)
    {
        lock (_lock)
        {
            _console.Write(table);
        }
    }

    /// <summary>Keeps a line that is only of interest if something goes wrong.</summary>
    public void Remember(string who, string line)
    {
        lock (_lock)
        {
            _details.Enqueue($"{who}: {line}");
            if (_details.Count > 200)
            {
                _details.Dequeue();
            }
        }
    }

    /// <summary>Prints what was kept, after a failure.</summary>
    public void TellDetails()
    {
        lock (_lock)
        {
            foreach (string line in _details)
            {
                Console.Error.WriteLine(line);
            }
        }
    }

    private void Print(string who, string markup)
    {
        lock (_lock)
        {
            string time = string.Create(CultureInfo.InvariantCulture, $"{_watch.Elapsed.TotalSeconds,6:0.00} s");
            _console.MarkupLine($"[grey]{time}[/]  [aqua]{Markup.Escape(who),-10}[/] {markup}");
        }
    }

    private static IAnsiConsole CreateConsole()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings());
        }

        // A file has no colours, and no edge to wrap at.
        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        plain.Profile.Width = 1000;
        return plain;
    }
}
