using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.SidecarProbe.Boot;

namespace Onboarding.SidecarProbe;

/// <summary>Says what the probe saw, one JSON object a line, for tests and scripts to read.</summary>
public sealed class ProbeEvents(TextWriter output)
{
    private readonly Lock _lock = new();

    internal void Problem(BootProblem problem) => Write(new JsonObject
    {
        ["event"] = "problem",
        ["check"] = problem.Check,
        ["file"] = problem.File,
        ["value"] = problem.Value,
        ["message"] = problem.Message,
    });

    internal void Certificate(string spiffeId, DateTimeOffset notAfter) => Write(new JsonObject
    {
        ["event"] = "certificate",
        ["spiffeId"] = spiffeId,
        ["notAfter"] = notAfter.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
    });

    internal void Discovery(string protocol, string credential) =>
        Write(new JsonObject { ["event"] = "discovery", ["protocol"] = protocol, ["credential"] = credential });

    internal void Disconnected(string reason) => Write(new JsonObject { ["event"] = "disconnected", ["reason"] = reason });

    internal void RenewalFailed(string reason) => Write(new JsonObject { ["event"] = "renewalFailed", ["reason"] = reason });

    internal void Ready(string spiffeId, int statusPort) =>
        Write(new JsonObject { ["event"] = "ready", ["spiffeId"] = spiffeId, ["statusPort"] = statusPort });

    internal void Passed(string spiffeId) => Write(new JsonObject { ["event"] = "passed", ["spiffeId"] = spiffeId });

    internal void Draining(TimeSpan drain) => Write(new JsonObject { ["event"] = "draining", ["seconds"] = drain.TotalSeconds });

    internal void Stopped() => Write(new JsonObject { ["event"] = "stopped" });

    private void Write(JsonObject line)
    {
        lock (_lock)
        {
            output.WriteLine(line.ToJsonString());
            output.Flush();
        }
    }
}
