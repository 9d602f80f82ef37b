using System.Globalization;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Bench.Joins;

/// <summary>
/// Joins (a new connection and key each) beside plain creates of WorkloadEntries, in one run on one machine: control plane, endpoint
/// and clients share its cores. On the embedded control plane, and on a real one where there is one.
/// </summary>
internal static class JoinBenchmark
{
    private const double RatioToHold = 0.6;
    private const double GrowthToHold = 0.9;
    private const double WritesPerJoinToHold = 5;
    private const int Counted = 50;

    // A server runs for days: what the compiler still improves in its first seconds is left out.
    private const int WarmUp = 500;

    // Joins are measured in slices of as many: the last ones beside the first ones tell what members that are there already cost.
    private const int Slice = 1000;

    public static async Task<int> RunAsync(JoinBenchmarkOptions options)
    {
        bool hold = true;
        using var issuer = new BenchIssuer();
        if (options.Server is not JoinBenchmarkOptions.Real)
        {
            using var directory = new TemporaryDirectory();
            await using BenchCluster embedded = await BenchCluster.StartEmbeddedAsync(directory, issuer);
            hold &= await MeasureAsync(options, embedded, directory, issuer);
            hold &= Report(await CountAsync(directory, embedded.KubeconfigPath, issuer));
        }

        if (options.Server is not JoinBenchmarkOptions.Embedded)
        {
            if (KubernetesBinaries.WhyMissing is { } reason)
            {
                Console.WriteLine($"Not measured on a real API server: {reason}.");
                return hold && options.Server is null ? 0 : 1;
            }

            using var directory = new TemporaryDirectory();
            await using BenchCluster real = await BenchCluster.StartRealAsync(directory, issuer);
            hold &= await MeasureAsync(options, real, directory, issuer);
        }

        return hold ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(JoinBenchmarkOptions options, BenchCluster cluster, TemporaryDirectory directory, BenchIssuer issuer)
    {
        Console.WriteLine($"On {cluster.Name}:");
        await using EndpointProcess endpoint = await EndpointProcess.StartAsync(directory, cluster.KubeconfigPath);
        using var joiner = new BenchJoins(endpoint, issuer);

        // Both paths are compiled and connected before anything is measured.
        JoinBenchmarkOptions warmUp = options with { Count = WarmUp };
        await Measurement.TakeAsync("warm-up", warmUp, i => joiner.JoinAsync($"warm-up-{i}"));
        await Measurement.TakeAsync("warm-up", warmUp, i => CreateAsync(cluster.Client, $"warm-up-plain-{i}"));
        TimeSpan before = Processors();
        Measurement creates = await Measurement.TakeAsync("WorkloadEntry creates", options, i => CreateAsync(cluster.Client, $"plain-{i}"));
        double create = (Processors() - before).TotalMilliseconds / options.Count;
        Console.WriteLine(Line($"{creates}   CPU per create, all processes: {create:0.00} ms"));
        before = Processors();
        var slices = new List<Measurement>();
        for (int from = 0; from < options.Count; from += Slice)
        {
            int first = from;
            JoinBenchmarkOptions slice = options with { Count = Math.Min(Slice, options.Count - from) };
            (TimeSpan there, TimeSpan here) = (endpoint.ProcessorTime, Environment.CpuUsage.TotalTime);
            slices.Add(await Measurement.TakeAsync($"joins {from + 1} to {from + slice.Count}", slice, i => joiner.JoinAsync($"vm-{first + i}")));
            string processors = Line(
                $"{(endpoint.ProcessorTime - there).TotalMilliseconds / slice.Count:0.0} ms, this process {(Environment.CpuUsage.TotalTime - here).TotalMilliseconds / slice.Count:0.0} ms");
            Console.WriteLine($"{slices[^1]}   CPU per join: endpoint {processors}");
        }

        // What the machine does beside weighs on joins, of which more processes take part, more than on creates: this doesn't tell of it.
        double join = (Processors() - before).TotalMilliseconds / options.Count;
        Console.WriteLine(Line($"CPU per join, all processes: {join:0.0} ms; 5 creates ÷ a join by CPU = {5 * create / join:0.00}"));
        return Report(options, creates, slices);

        TimeSpan Processors() => cluster.ProcessorTime + endpoint.ProcessorTime + Environment.CpuUsage.TotalTime;
    }

    private static bool Report(JoinBenchmarkOptions options, Measurement creates, List<Measurement> slices)
    {
        double seconds = slices.Sum(s => s.Count / s.PerSecond);
        double ratio = options.Count / seconds / (creates.PerSecond / 5);
        Console.WriteLine(Line($"{options.Count / seconds:0.0} joins/s; joins ÷ (creates ÷ 5) = {ratio:0.00}   (to hold: ≥ {RatioToHold:0.0})"));
        if (slices.Count == 1)
        {
            return ratio >= RatioToHold;
        }

        double growth = slices[^1].PerSecond / slices[0].PerSecond;
        Console.WriteLine(Line($"joins/s of the last {slices[^1].Count} ÷ of the first {slices[0].Count} = {growth:0.00}   (to hold: ≥ {GrowthToHold:0.0})"));
        return ratio >= RatioToHold && growth >= GrowthToHold;
    }

    /// <summary>Counts apart from measuring: the proxy costs time that no cluster has.</summary>
    private static async Task<IReadOnlyDictionary<string, double>> CountAsync(TemporaryDirectory directory, string kubeconfig, BenchIssuer issuer)
    {
        await using CountingProxy proxy = await CountingProxy.StartAsync(kubeconfig, directory);
        await using EndpointProcess endpoint = await EndpointProcess.StartAsync(directory, proxy.KubeconfigPath);
        using var joiner = new BenchJoins(endpoint, issuer);
        await joiner.JoinAsync("counted-first");
        proxy.Reset();
        for (int i = 0; i < Counted; i++)
        {
            await joiner.JoinAsync($"counted-{i}");
        }

        return proxy.Requests.CountBy(request => request).ToDictionary(request => request.Key, request => request.Value / (double)Counted);
    }

    private static bool Report(IReadOnlyDictionary<string, double> writes)
    {
        Console.WriteLine("Requests per join, counted between endpoint and Kubernetes API (watches and the endpoint's own leases aside):");
        foreach ((string what, double count) in writes.OrderBy(w => w.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(Line($"  {count,6:0.00}  {what}"));
        }

        double perJoin = writes.Where(w => !w.Key.StartsWith("GET ", StringComparison.Ordinal)).Sum(w => w.Value);
        Console.WriteLine(Line($"  {perJoin,6:0.00}  writes in all   (to hold: ≤ {WritesPerJoinToHold:0}, the token request among them)"));
        return perJoin <= WritesPerJoinToHold;
    }

    private static Task<WorkloadEntry> CreateAsync(KubernetesClient kubernetes, string name) => kubernetes.CreateAsync(
        new WorkloadEntry
        {
            Metadata = new V1ObjectMeta { Namespace = BenchMesh.Namespace, Name = name },
            Spec = new WorkloadEntrySpec { Address = "10.0.0.1", Labels = new Dictionary<string, string> { ["app"] = "plain" } },
        });

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
