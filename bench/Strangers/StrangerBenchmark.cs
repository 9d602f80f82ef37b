using System.Diagnostics;
using System.Globalization;
using System.Net;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Onboarding.Bench.Joins;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Bench.Strangers;

/// <summary>
/// One address opens 20,000 connections, and goes on opening them, while members come back from another address and from the same one, and
/// health checks go on. Everything shares the cores of one machine.
/// </summary>
internal static class StrangerBenchmark
{
    private const double SecondsToHold = 60;
    private static readonly IPAddress Hostile = IPAddress.Parse("127.0.0.9");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Kubelet = IPAddress.Parse("127.0.0.4");

    public static async Task<int> RunAsync(StrangerBenchmarkOptions options)
    {
        using var directory = new TemporaryDirectory();
        await using EmbeddedControlPlane control = await BenchMesh.StartControlPlaneAsync(directory);
        using var kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(control.KubeconfigPath));
        using var issuer = new BenchIssuer();
        await BenchMesh.ApplyAsync(kubernetes, issuer);
        await using EndpointProcess endpoint = await EndpointProcess.StartAsync(directory, control.KubeconfigPath);
        BenchMember[] others = [.. Enumerable.Range(0, options.Members).Select(i => new BenchMember(issuer, $"vm-{i}"))];
        BenchMember[] same = [.. Enumerable.Range(0, options.Same).Select(i => new BenchMember(issuer, $"same-{i}"))];
        BenchMember[] all = [.. others, .. same];
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (m, _) => await m.JoinAsync(endpoint.Dial(Elsewhere)));
        Array.ForEach(all, m => m.Leave());

        using var stop = new CancellationTokenSource();
        await using var strangers = new StrangerFlood(endpoint, Hostile, options);
        var watch = Stopwatch.StartNew();
        await strangers.BeginAsync();
        Console.WriteLine(Line($"{strangers.Dialed,7} connections of {Hostile}, kind {options.Kind ?? "all"}, in {watch.Elapsed.TotalSeconds:0.0} s"));
        watch.Restart();
        Task<(int Good, int All)> health = CheckHealthAsync(endpoint, stop.Token);
        Task<double[]> away = ReconnectAsync(endpoint, others, Elsewhere, watch);
        Task<double[]> near = ReconnectAsync(endpoint, same, Hostile, watch);
        double[] fromElsewhere = await away;
        double[] fromSame = await near;
        await stop.CancelAsync();
        (int good, int checks) = await health;
        Array.ForEach(all, m => m.Dispose());

        Report("members of another address are back", fromElsewhere);
        Report("members of the same address are back", fromSame);
        Console.WriteLine(Line($"{good,7} of {checks} health checks answered; {strangers.Dialed} hostile connections in the end; endpoint: {endpoint.Memory >> 20} MB, {(endpoint.IsRunning ? "running" : "ENDED")}"));
        bool holds = endpoint.IsRunning && fromElsewhere.Concat(fromSame).All(s => s <= SecondsToHold);
        Console.WriteLine(Line($"all back within {SecondsToHold:0} s: {(holds ? "held" : "not held")}"));
        return holds ? 0 : 1;
    }

    private static async Task<double[]> ReconnectAsync(EndpointProcess endpoint, BenchMember[] members, IPAddress from, Stopwatch watch) =>
        await Task.WhenAll(members.Select(async member =>
        {
            // As agents do: full jitter, 0.5 s at first and 4 s at most.
            for (int attempt = 0; watch.Elapsed.TotalSeconds < 2 * SecondsToHold; attempt++)
            {
                try
                {
                    GrpcChannel channel = endpoint.Dial(from);
                    await member.JoinAsync(channel).WaitAsync(TimeSpan.FromSeconds(20));
                    return watch.Elapsed.TotalSeconds;
                }
                catch (Exception e) when (e is RpcException or TimeoutException or InvalidOperationException)
                {
                    await Task.Delay(TimeSpan.FromSeconds(Random.Shared.NextDouble() * Math.Min(4, 0.5 * (1 << Math.Min(attempt, 3)))));
                }
            }

            return double.PositiveInfinity;
        }));

    // As a kubelet does: a connection each time, a second for the answer.
    private static async Task<(int Good, int All)> CheckHealthAsync(EndpointProcess endpoint, CancellationToken stop)
    {
        (int good, int all) = (0, 0);
        while (!stop.IsCancellationRequested)
        {
            using GrpcChannel channel = endpoint.Dial(Kubelet);
            try
            {
                await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(5), cancellationToken: CancellationToken.None);
                good++;
            }
            catch (RpcException)
            {
            }

            all++;
            await Task.Delay(TimeSpan.FromSeconds(0.5), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return (good, all);
    }

    private static void Report(string what, double[] seconds)
    {
        Array.Sort(seconds);
        Console.WriteLine(Line($"{seconds.Length,7} {what}: half after {seconds[seconds.Length / 2]:0.0} s, the last after {seconds[^1]:0.0} s   (to hold: ≤ {SecondsToHold:0} s)"));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
