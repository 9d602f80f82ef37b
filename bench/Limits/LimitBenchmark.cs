using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Onboarding.Api.Rpc;
using Onboarding.Bench.Joins;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Bench.Limits;

/// <summary>
/// What callers can make a plane write that want it to write: a thread that is refused, a member that registers in a loop, and a credential
/// that many hosts share with a new key each time. And that a thousand machines that boot at once are delayed by none of it.
/// </summary>
internal static class LimitBenchmark
{
    private const int Seconds = 10;
    private const int Booting = 1_000;

    public static async Task<int> RunAsync()
    {
        using var issuer = new BenchIssuer();
        bool isGood = await OnPlaneAsync(issuer, "Host", async (endpoint, proxy) =>
            await RefusedAsync(endpoint) & await MemberAsync(endpoint, proxy, issuer) & await BootAsync(endpoint, issuer));
        return isGood & await OnPlaneAsync(issuer, "Shared", (endpoint, _) => SharedAsync(endpoint, issuer)) ? 0 : 1;
    }

    private static async Task<bool> OnPlaneAsync(BenchIssuer issuer, string subjectIs, Func<EndpointProcess, CountingProxy, Task<bool>> measure)
    {
        using var directory = new TemporaryDirectory();
        await using EmbeddedControlPlane control = await BenchMesh.StartControlPlaneAsync(directory);
        using var kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(control.KubeconfigPath));
        await BenchMesh.ApplyAsync(kubernetes, issuer, subjectIs);
        await using CountingProxy proxy = await CountingProxy.StartAsync(control.KubeconfigPath, directory);
        await using EndpointProcess endpoint = await EndpointProcess.StartAsync(directory, proxy.KubeconfigPath);
        return await measure(endpoint, proxy);
    }

    private static async Task<bool> RefusedAsync(EndpointProcess endpoint)
    {
        using GrpcChannel channel = endpoint.Dial();
        var client = new WorkloadRegistrationService.WorkloadRegistrationServiceClient(channel);
        long before = endpoint.Logged;
        int calls = await ForAsync(async () => await client.RegisterWorkloadAsync(new SignedRequest(), new Metadata { { "authorization", "Bearer x" } }));
        return Report($"{calls} refused calls of one thread in {Seconds} s: bytes of log and audit", endpoint.Logged - before, 1_000_000);
    }

    private static async Task<bool> MemberAsync(EndpointProcess endpoint, CountingProxy proxy, BenchIssuer issuer)
    {
        using GrpcChannel channel = endpoint.Dial();
        using var member = new BenchMember(issuer, "loops");
        (Api.Rpc.Plane plane, AuthorizeOnboardingResponse authorized) = await member.AuthorizeAsync(channel);
        proxy.Reset();
        int i = 0;
        int calls = await ForAsync(() => member.RegisterAsync(channel, plane.Uid, authorized.Token, $"10.1.{++i / 250 % 250}.{(i % 250) + 1}"));
        return Report($"{calls} registrations of one member in {Seconds} s: writes to the cluster", proxy.Requests.Count(r => !r.StartsWith("GET ", StringComparison.Ordinal)), 200);
    }

    private static async Task<bool> SharedAsync(EndpointProcess endpoint, BenchIssuer issuer)
    {
        using GrpcChannel channel = endpoint.Dial();
        int made = 0;
        int calls = await ForAsync(async () =>
        {
            using var member = new BenchMember(issuer, "shared");
            (Api.Rpc.Plane plane, AuthorizeOnboardingResponse authorized) = await member.AuthorizeAsync(channel);
            await member.RegisterAsync(channel, plane.Uid, authorized.Token);
            made++;
        });
        return Report($"{calls} joins with one shared credential and a new key each in {Seconds} s: members", made, 100);
    }

    private static async Task<bool> BootAsync(EndpointProcess endpoint, BenchIssuer issuer)
    {
        using var joiner = new BenchJoins(endpoint, issuer);
        int refused = 0;
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, Booting), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            try
            {
                await joiner.JoinAsync($"vm-{i}");
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                Interlocked.Increment(ref refused);
            }
        });
        return Report(string.Create(CultureInfo.InvariantCulture, $"{Booting} machines of one group and issuer boot in {watch.Elapsed.TotalSeconds:0} s: told to wait"), refused, 0);
    }

    private static async Task<int> ForAsync(Func<Task> call)
    {
        int calls = 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(Seconds); calls++)
        {
            try
            {
                await call();
            }
            catch (RpcException)
            {
                // Refused, as it should be by now.
            }
        }

        return calls;
    }

    private static bool Report(string what, long measured, long most)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {measured}   (to hold: ≤ {most})"));
        return measured <= most;
    }
}
