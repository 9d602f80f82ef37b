using System.Globalization;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Checks.Machine;

/// <summary>The sidecar's ports are free. They are looked up, not tried: a port that was bound a moment ago may not be free the next.</summary>
internal sealed class PortsCheck : IOnboardingCheck
{
    // Envoy's admin, outbound, inbound; Prometheus, health and readiness of pilot-agent.
    private static readonly int[] IstioPorts = [15000, 15001, 15006, 15020, 15021, 15090];
    private static readonly string[] Tables = ["proc/net/tcp", "proc/net/tcp6"];

    public string Category => "Sidecar";

    public string Name => "ports";

    public IReadOnlyList<string> DependsOn => [];

    public Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        int[] wanted = context.IsIstio ? IstioPorts : context.Sidecar.Readiness is { } readiness ? [readiness.Port] : [];
        if (wanted.Length == 0)
        {
            return Task.FromResult(CheckOutcome.Skip("the sidecar's ports aren't known"));
        }

        if (context.RunningSidecar is { } running)
        {
            return Task.FromResult(CheckOutcome.Pass($"the sidecar runs (pid {running.ProcessId}) and has them"));
        }

        HashSet<int> taken = [.. Tables.SelectMany(table => Listening(Path.Combine(context.Root, table)))];
        int[] conflicts = [.. wanted.Where(taken.Contains)];
        return Task.FromResult(conflicts.Length == 0
            ? CheckOutcome.Pass($"free: {string.Join(", ", wanted)}")
            : CheckOutcome.Fail(
                ErrorIds.SidecarFailed,
                $"Another program listens on {string.Join(", ", conflicts)}, which the sidecar needs.",
                $"sudo ss -ltnp | grep -E ':({string.Join('|', conflicts)}) '"));
    }

    private static IEnumerable<int> Listening(string table)
    {
        const string Listen = "0A";
        if (!File.Exists(table))
        {
            yield break;
        }

        foreach (string line in File.ReadLines(table).Skip(1))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 3 && fields[3] == Listen)
            {
                yield return int.Parse(fields[1][(fields[1].LastIndexOf(':') + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }
    }
}
