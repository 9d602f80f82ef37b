using System.Text.Json.Nodes;
using Onboarding.SidecarProbe;

namespace Onboarding.Tests.Integration.SidecarProbe;

/// <summary>A probe at work, and what it said so far.</summary>
internal sealed class ProbeRun : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StringWriter _text = new();
    private readonly TextWriter _output;

    public ProbeRun(ProbeOptions options)
    {
        _output = TextWriter.Synchronized(_text);
        Completion = Task.Run(() => new Probe(options, new ProbeEvents(_output)).RunAsync(_stop.Token));
    }

    public Task<int> Completion { get; }

    public IReadOnlyList<JsonNode> Events => [.. Said().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];

    public IEnumerable<string> Problems => Of("problem").Select(p => $"{p["file"]}: {p["value"]}");

    public IEnumerable<JsonNode> Of(string name) => Events.Where(e => e["event"]!.GetValue<string>() == name);

    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    private string Said()
    {
        // The synchronised writer locks itself.
        lock (_output)
        {
            return _text.ToString();
        }
    }
}
