using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Bench.Joins;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Bench.Nat;

/// <summary>
/// Machines that join behind one address of which one caller fails all the time, by a credential whose signature is wrong: the most expensive
/// failure. First the same machines without it.
/// </summary>
internal static class NatBenchmark
{
    private const int AttackersAtATime = 4;
    private const double SecondsToHold = 60;

    public static async Task<int> RunAsync(NatBenchmarkOptions options)
    {
        using var directory = new TemporaryDirectory();
        await using EmbeddedControlPlane control = await BenchMesh.StartControlPlaneAsync(directory);
        using var kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(control.KubeconfigPath));
        using var issuer = new BenchIssuer();
        using var forger = new BenchIssuer();
        await BenchMesh.ApplyAsync(kubernetes, issuer);
        await using EndpointProcess endpoint = await EndpointProcess.StartAsync(directory, control.KubeconfigPath);

        (double[] inPeace, int _) = await JoinAsync(endpoint, issuer, "peace", Math.Max(1, options.Count / 4));
        Report("machines joined in peace", inPeace, 0);
        using var stop = new CancellationTokenSource();
        var attack = new Attack(endpoint, forger, options.Fresh);
        Task attacking = attack.RunAsync(AttackersAtATime, stop.Token);
        await attack.HeldBack;
        int before = attack.Calls;
        var watch = Stopwatch.StartNew();
        (double[] seconds, int refusals) = await JoinAsync(endpoint, issuer, "vm", options.Count);
        double rate = (attack.Calls - before) / watch.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await attacking;
        Report("machines joined beside the attacker", seconds, refusals);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  the attacker made {rate:0} calls a second, {(options.Fresh ? "with a connection each" : "on four connections")}"));
        bool holds = seconds.Length > 0 && seconds[^1] <= SecondsToHold;
        Console.WriteLine($"all joined within {SecondsToHold:0} s: {(holds ? "held" : "not held")}");
        return holds ? 0 : 1;
    }

    private static async Task<(double[] Seconds, int Refusals)> JoinAsync(EndpointProcess endpoint, BenchIssuer issuer, string name, int count)
    {
        int refusals = 0;
        var watch = Stopwatch.StartNew();
        double[] seconds = await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            using var member = new BenchMember(issuer, $"{name}-{i}");
            for (int attempt = 0; watch.Elapsed.TotalSeconds < 2 * SecondsToHold; attempt++)
            {
                try
                {
                    await member.JoinAsync(endpoint.Dial());
                    return watch.Elapsed.TotalSeconds;
                }
                catch (Exception e) when (e is RpcException or InvalidOperationException)
                {
                    Interlocked.Increment(ref refusals);

                    // As agents do: full jitter, 0.5 s at first and 4 s at most, and not before they are told.
                    await Task.Delay(TimeSpan.FromSeconds(1 + (Random.Shared.NextDouble() * Math.Min(4, 0.5 * (1 << Math.Min(attempt, 3))))));
                }
            }

            return double.PositiveInfinity;
        }));
        Array.Sort(seconds);
        return (seconds, refusals);
    }

    private static void Report(string what, double[] seconds, int refusals) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{seconds.Length,7} {what}: half after {seconds[seconds.Length / 2]:0.0} s, the last after {seconds[^1]:0.0} s, {refusals} refused attempts   (to hold: ≤ {SecondsToHold:0} s)"));

    private sealed class Attack(EndpointProcess endpoint, BenchIssuer forger, bool fresh)
    {
        private readonly TaskCompletionSource _heldBack = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _calls;

        public Task HeldBack => _heldBack.Task;

        public int Calls => Volatile.Read(ref _calls);

        public Task RunAsync(int atATime, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, atATime).Select(i => Task.Run(
            async () =>
            {
                using var member = new BenchMember(forger, $"attacker-{i}");
                GrpcChannel? channel = null;
                while (!stop.IsCancellationRequested)
                {
                    if (fresh)
                    {
                        channel?.Dispose();
                        channel = null;
                    }

                    channel ??= endpoint.Dial();
                    try
                    {
                        await member.AuthorizeAsync(channel);
                    }
                    catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
                    {
                        _heldBack.TrySetResult();
                    }
                    catch (RpcException)
                    {
                        // Refused, as it wants to be.
                    }

                    Interlocked.Increment(ref _calls);
                }

                channel?.Dispose();
            },
            CancellationToken.None)));
    }
}
