using System.Globalization;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Bench.ControlPlane;

/// <summary>
/// The embedded control plane beside a real one, in one run on one machine: each server as processes of its own, each write
/// durable before it is answered, the same client.
/// </summary>
internal static class ControlPlaneBenchmark
{
    public static async Task<int> RunAsync(ControlPlaneBenchmarkOptions options)
    {
        ServerResult embedded;
        await using (EmbeddedProcess process = await EmbeddedProcess.StartAsync())
        {
            embedded = await MeasureAsync(process.Administrator, options);
        }

        if (KubernetesBinaries.WhyMissing is { } reason)
        {
            Report(options, embedded, null);
            Console.WriteLine($"Not compared with a real API server: {reason}.");
            return 0;
        }

        await using KubernetesProcesses processes = await KubernetesProcesses.StartAsync(durable: true);
        Report(options, embedded, await MeasureAsync(processes.Administrator, options));
        return 0;
    }

    private static async Task<ServerResult> MeasureAsync(KubernetesClientConfiguration server, ControlPlaneBenchmarkOptions options)
    {
        using var client = new KubernetesClient(server);
        return await new ServerBenchmark(client, options).RunAsync();
    }

    private static void Report(ControlPlaneBenchmarkOptions options, ServerResult embedded, ServerResult? real)
    {
        string other = real is null ? "" : $"kube-apiserver {KubernetesBinaries.Version} + etcd";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-38} {"embedded",10} {other,30} {(real is null ? "" : "embedded ÷ real"),16}"));
        Line($"creates /s, {options.Parallel} at a time", r => r.Creates.PerSecond);
        Line("  p50 ms", r => r.Creates.Percentile(0.5));
        Line("  p99 ms", r => r.Creates.Percentile(0.99));
        Line($"list of {options.Objects}, ms", r => r.ListMilliseconds);
        Line($"changes told to {options.Watchers} watchers /s", r => r.Deliveries.PerSecond);
        Line("  p50 ms after the create's answer", r => r.Deliveries.Percentile(0.5));
        Line("  p99 ms after the create's answer", r => r.Deliveries.Percentile(0.99));

        void Line(string what, Func<ServerResult, double> value)
        {
            double mine = value(embedded);
            string compared = real is null
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $"{value(real),30:0.0} {mine / Math.Max(value(real), 0.01),16:0.00}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-38} {mine,10:0.0} {compared}"));
        }
    }
}
