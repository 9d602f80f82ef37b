using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Runtime;
using Onboarding.Bench.Joins;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Bench.Sessions;

/// <summary>
/// What idle sessions cost: memory of the endpoint beside that of bare Kestrel with as many streams, and the endpoint's CPU for a change of
/// one member with few members and with many.
/// </summary>
internal static class SessionBenchmark
{
    /// <summary>Members with which a change is measured first.</summary>
    public const int Few = 100;

    private const double GigabytesToHold = 1.0;
    private const double RatioToHold = 1.3;
    private const double ChangeRatioToHold = 1.2;
    private const int Changes = 400;
    private const int AtATime = 16;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(SessionBenchmarkOptions options)
    {
        using var directory = new TemporaryDirectory();
        await using EmbeddedControlPlane control = await BenchMesh.StartControlPlaneAsync(directory);
        using var kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(control.KubeconfigPath));
        using var issuer = new BenchIssuer();
        await BenchMesh.ApplyAsync(kubernetes, issuer);
        (Footprint sessions, double few, double many) = await MeasureSessionsAsync(options, directory, control.KubeconfigPath, kubernetes, issuer);
        Footprint bare = await MeasureBareAsync(options, directory);

        double gigabytes = sessions.Of(10_000) / 1e9;
        double ratio = sessions.Of(10_000) / bare.Of(10_000);
        double changes = many / few;
        Console.WriteLine(Line($"{options.Count} idle sessions: {sessions}; 10,000: {gigabytes:0.00} GB   (to hold: ≤ {GigabytesToHold:0.0} GB)"));
        Console.WriteLine(Line($"{options.Count} idle streams of bare Kestrel: {bare}; 10,000: {bare.Of(10_000) / 1e9:0.00} GB; sessions ÷ bare = {ratio:0.00}   (to hold: ≤ {RatioToHold:0.0})"));
        Console.WriteLine(Line($"CPU of the endpoint for one member's change: {few:0.00} ms with {Few} members, {many:0.00} ms with {options.Count}: {changes:0.00} times   (to hold: ≤ {ChangeRatioToHold:0.0})"));
        bool holds = gigabytes <= GigabytesToHold && ratio <= RatioToHold && changes <= ChangeRatioToHold;
        Console.WriteLine(holds ? "all held" : "not all held");
        return holds ? 0 : 1;
    }

    private static async Task<(Footprint Memory, double Few, double Many)> MeasureSessionsAsync(
        SessionBenchmarkOptions options, TemporaryDirectory directory, string kubeconfig, KubernetesClient kubernetes, BenchIssuer issuer)
    {
        await using EndpointProcess endpoint = await EndpointProcess.StartAsync(directory, kubeconfig);
        using var joiner = new BenchJoins(endpoint, issuer);
        await JoinAsync(joiner, 0, Few);
        WorkloadAutoRegistration member = (await kubernetes.ListAsync<WorkloadAutoRegistration>(BenchMesh.Namespace)).Items[0];

        // The first ones compile what the later ones run.
        await ChangeAsync(endpoint, kubernetes, member);
        double few = await ChangeAsync(endpoint, kubernetes, member);
        long before = endpoint.Memory;
        await JoinAsync(joiner, Few, options.Count);
        double many = await ChangeAsync(endpoint, kubernetes, member);
        await Task.Delay(Settle);
        return (new Footprint(before, endpoint.Memory, options.Count), few, many);
    }

    private static Task JoinAsync(BenchJoins joiner, int from, int to) => Parallel.ForAsync(
        from, to, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, _) => await joiner.JoinAsync($"vm-{i}"));

    /// <summary>CPU of the endpoint for a change of this member, in milliseconds; what it does meanwhile for all others isn't counted.</summary>
    private static async Task<double> ChangeAsync(EndpointProcess endpoint, KubernetesClient kubernetes, WorkloadAutoRegistration member)
    {
        await Task.Delay(Settle);
        double idle = await CpuAsync(endpoint, () => Task.Delay(Settle)) / Settle.TotalMilliseconds;
        long begun = TimeProvider.System.GetTimestamp();
        double busy = await CpuAsync(endpoint, async () =>
        {
            for (int i = 0; i < Changes; i++)
            {
                await kubernetes.PatchAsync<WorkloadAutoRegistration>(
                    member.Metadata.Namespace,
                    member.Metadata.Name,
                    V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["bench"] = $"{i}" } } }));
            }
        });
        return Math.Max(0.01, (busy - (idle * TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds)) / Changes);
    }

    private static async Task<double> CpuAsync(EndpointProcess endpoint, Func<Task> work)
    {
        TimeSpan before = endpoint.ProcessorTime;
        await work();
        return (endpoint.ProcessorTime - before).TotalMilliseconds;
    }

    private static async Task<Footprint> MeasureBareAsync(SessionBenchmarkOptions options, TemporaryDirectory directory)
    {
        await using BareKestrel server = await BareKestrel.StartAsync(directory);
        var streams = new IdleStream[options.Count];
        await OpenAsync(0, Few);
        await Task.Delay(Settle);
        long before = server.Memory;
        await OpenAsync(Few, options.Count);
        await Task.Delay(Settle);
        var memory = new Footprint(before, server.Memory, options.Count);
        Array.ForEach(streams, s => s.Dispose());
        return memory;

        Task OpenAsync(int from, int to) => Parallel.ForAsync(
            from, to, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, _) => streams[i] = await IdleStream.OpenAsync(server));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Memory of a process with few and with many.</summary>
    private sealed record Footprint(long WithFew, long WithMany, int Count)
    {
        private double Each => (WithMany - WithFew) / (double)(Count - Few);

        public double Of(int count) => WithFew + (Each * (count - Few));

        public override string ToString() => Line($"{WithMany / 1e6:0} MB, {Each / 1e3:0.0} kB for each beyond the first {Few}");
    }
}
