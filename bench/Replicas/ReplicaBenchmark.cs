using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Bench.Joins;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Bench.Replicas;

/// <summary>Three endpoints beside one on the same cores, one group's change on its way to all members, and what the operator costs.</summary>
internal static class ReplicaBenchmark
{
    private const int Several = 3;
    private const int WarmUp = 300;
    private const int Counted = 50;
    private const double RatioToHold = 0.9;
    private const int AtATime = 16;

    public static async Task<int> RunAsync(ReplicaBenchmarkOptions options)
    {
        using var directory = new TemporaryDirectory();
        await using EmbeddedControlPlane control = await BenchMesh.StartControlPlaneAsync(directory);
        using var kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(control.KubeconfigPath));
        using var issuer = new BenchIssuer();
        await BenchMesh.ApplyAsync(kubernetes, issuer);
        var parallel = new JoinBenchmarkOptions(options.Joins, JoinBenchmarkOptions.DefaultParallel);

        (Measurement one, TimeSpan cpuOfOne) = await JoinsAsync(1, parallel, control.KubeconfigPath, issuer);
        (Measurement three, TimeSpan cpuOfThree) = await JoinsAsync(Several, parallel, control.KubeconfigPath, issuer);
        double ratio = three.PerSecond / one.PerSecond;
        Console.WriteLine(one);
        Console.WriteLine(three);
        Console.WriteLine(Line($"three endpoints ÷ one = {ratio:0.00}   (to hold: ≥ {RatioToHold:0.0})"));
        // Where others use the machine, too, this says more than joins per second do.
        Console.WriteLine(Line($"endpoints' CPU per join: {cpuOfOne.TotalMilliseconds:0.0} ms with one, {cpuOfThree.TotalMilliseconds:0.0} ms with three"));
        double writesOfOne = await WritesAsync(1, control.KubeconfigPath, issuer);
        double writesOfThree = await WritesAsync(Several, control.KubeconfigPath, issuer);
        Console.WriteLine(Line($"writes per join: {writesOfOne:0.00} with one endpoint, {writesOfThree:0.00} with three   (to hold: equal)"));
        await TellAsync(options.Members, kubernetes, control.KubeconfigPath, issuer);
        await new OperatorMeasurement(kubernetes, control.KubeconfigPath).RunAsync(options.OperatorMembers, issuer);
        bool holds = ratio >= RatioToHold && Math.Abs(writesOfOne - writesOfThree) < 0.01;
        Console.WriteLine(holds ? "all held" : "not all held");
        return holds ? 0 : 1;
    }

    private static async Task<(Measurement Joins, TimeSpan CpuOfJoin)> JoinsAsync(int count, JoinBenchmarkOptions options, string kubeconfig, BenchIssuer issuer)
    {
        await using EndpointReplicas replicas = await EndpointReplicas.StartAsync(count, kubeconfig, issuer);
        // Each as warm as one alone: it takes only its share of the joins.
        await Measurement.TakeAsync("warm-up", options with { Count = WarmUp * count }, i => replicas.JoinAsync(i, $"warm-up-{count}-{i}"));
        TimeSpan before = replicas.ProcessorTime;
        Measurement joins = await Measurement.TakeAsync(
            $"joins, {count} endpoint{(count == 1 ? "" : "s")}", options, i => replicas.JoinAsync(i, $"vm-{count}-{i}"));
        return (joins, (replicas.ProcessorTime - before) / options.Count);
    }

    // Apart from measuring: the proxy costs time that no cluster has.
    private static async Task<double> WritesAsync(int count, string kubeconfig, BenchIssuer issuer)
    {
        using var directory = new TemporaryDirectory();
        await using CountingProxy proxy = await CountingProxy.StartAsync(kubeconfig, directory);
        await using EndpointReplicas replicas = await EndpointReplicas.StartAsync(count, proxy.KubeconfigPath, issuer);
        for (int i = 0; i < count; i++)
        {
            await replicas.JoinAsync(i, $"first-{count}-{i}");
        }

        proxy.Reset();
        for (int i = 0; i < Counted; i++)
        {
            await replicas.JoinAsync(i, $"counted-{count}-{i}");
        }

        return proxy.Requests.Count(r => !r.StartsWith("GET ", StringComparison.Ordinal)) / (double)Counted;
    }

    private static async Task TellAsync(int count, KubernetesClient kubernetes, string kubeconfig, BenchIssuer issuer)
    {
        await using EndpointReplicas replicas = await EndpointReplicas.StartAsync(Several, kubeconfig, issuer);
        BenchMember[] members = [.. Enumerable.Range(0, count).Select(i => new BenchMember(issuer, $"told-{i}"))];
        await Parallel.ForAsync(
            0, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, _) => await members[i].JoinAsync(replicas.Dial(i)));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        long begun = Stopwatch.GetTimestamp();
        double[] told = new double[count];
        Task[] waiting = [.. members.Select(async (member, i) =>
        {
            await member.InformedAsync(patience.Token);
            told[i] = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        })];
        await kubernetes.PatchAsync<WorkloadGroup>(
            BenchMesh.Namespace,
            BenchMesh.Group,
            V1Patch.Merge((JsonObject)JsonNode.Parse("""{"spec": {"template": {"labels": {"changed": "by-bench"} } } }""")!));
        await Task.WhenAll(waiting);
        Array.Sort(told);
        Console.WriteLine(Line($"a group's change reached the first of {count} members after {told[0]:0.00} s, half after {told[count / 2]:0.00} s, the last after {told[^1]:0.00} s"));
        Array.ForEach(members, m => m.Dispose());
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
