using System.Globalization;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Bench.Joins;

/// <summary>
/// Joins (a new connection and key each) beside plain creates of WorkloadEntries, in one run on one machine: control plane, endpoint
/// and clients share its cores.
/// </summary>
internal static class JoinBenchmark
{
    private const double RatioToHold = 0.6;
    private const double WritesPerJoinToHold = 5;
    private const int Counted = 50;

    // A server runs for days: what the compiler still improves in its first seconds is left out.
    private const int WarmUp = 500;

    public static async Task<int> RunAsync(JoinBenchmarkOptions options)
    {
        using var directory = new TemporaryDirectory();
        await using EmbeddedControlPlane control = await BenchMesh.StartControlPlaneAsync(directory);
        using var kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(control.KubeconfigPath));
        using var issuer = new BenchIssuer();
        await BenchMesh.ApplyAsync(kubernetes, issuer);
        (Measurement creates, Measurement joins) = await MeasureAsync(options, kubernetes, directory, control.KubeconfigPath, issuer);
        return Report(creates, joins, await CountAsync(directory, control.KubeconfigPath, issuer));
    }

    private static async Task<(Measurement Creates, Measurement Joins)> MeasureAsync(
        JoinBenchmarkOptions options, KubernetesClient kubernetes, TemporaryDirectory directory, string kubeconfig, BenchIssuer issuer)
    {
        await using EndpointProcess endpoint = await EndpointProcess.StartAsync(directory, kubeconfig);
        using var joiner = new BenchJoins(endpoint, issuer);

        // Both paths are compiled and connected before anything is measured.
        JoinBenchmarkOptions warmUp = options with { Count = WarmUp };
        await Measurement.TakeAsync("warm-up", warmUp, i => joiner.JoinAsync($"warm-up-{i}"));
        await Measurement.TakeAsync("warm-up", warmUp, i => CreateAsync(kubernetes, $"warm-up-plain-{i}"));
        TimeSpan start = Environment.CpuUsage.TotalTime;
        Measurement creates = await Measurement.TakeAsync("WorkloadEntry creates", options, i => CreateAsync(kubernetes, $"plain-{i}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"CPU per create: client and control plane {(Environment.CpuUsage.TotalTime - start).TotalMilliseconds / options.Count:0.00} ms"));
        TimeSpan before = endpoint.ProcessorTime;
        TimeSpan hereBefore = Environment.CpuUsage.TotalTime;
        Measurement joins = await Measurement.TakeAsync("joins", options, i => joiner.JoinAsync($"vm-{i}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"CPU per join: endpoint {(endpoint.ProcessorTime - before).TotalMilliseconds / options.Count:0.0} ms, clients and control plane {(Environment.CpuUsage.TotalTime - hereBefore).TotalMilliseconds / options.Count:0.0} ms"));
        return (creates, joins);
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

    private static int Report(Measurement creates, Measurement joins, IReadOnlyDictionary<string, double> writes)
    {
        double ratio = joins.PerSecond / (creates.PerSecond / 5);
        Console.WriteLine(creates);
        Console.WriteLine(joins);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"joins ÷ (creates ÷ 5) = {ratio:0.00}   (to hold: ≥ {RatioToHold:0.0})"));
        Console.WriteLine("Requests per join, counted between endpoint and Kubernetes API (watches and the endpoint's own leases aside):");
        foreach ((string what, double count) in writes.OrderBy(w => w.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,6:0.00}  {what}"));
        }

        double perJoin = writes.Where(w => !w.Key.StartsWith("GET ", StringComparison.Ordinal)).Sum(w => w.Value);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {perJoin,6:0.00}  writes in all   (to hold: ≤ {WritesPerJoinToHold:0}, the token request among them)"));
        return ratio >= RatioToHold && perJoin <= WritesPerJoinToHold ? 0 : 1;
    }

    private static Task<WorkloadEntry> CreateAsync(KubernetesClient kubernetes, string name) => kubernetes.CreateAsync(
        new WorkloadEntry
        {
            Metadata = new V1ObjectMeta { Namespace = BenchMesh.Namespace, Name = name },
            Spec = new WorkloadEntrySpec { Address = "10.0.0.1", Labels = new Dictionary<string, string> { ["app"] = "plain" } },
        });
}
