using System.Diagnostics;
using System.Globalization;
using Onboarding.Api.Identity;
using Onboarding.Api.Meta;
using Onboarding.Api.Runtime;
using Onboarding.Bench.Joins;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;

namespace Onboarding.Bench.Replicas;

/// <summary>
/// CPU and memory of the operator with many members. One of them joins; the others are copies of its registration under other names, held by an
/// instance whose Lease this process keeps: what the operator sees is the same as of members that joined.
/// </summary>
internal sealed class OperatorMeasurement(KubernetesClient kubernetes, string kubeconfig)
{
    private const string Instance = "copies";
    private const string PlaneNamespace = "istio-system";
    private const int AtATime = 32;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    public async Task RunAsync(int count, BenchIssuer issuer)
    {
        await KeepLeaseAsync();
        await CopyAsync(await JoinedAsync(issuer), count);
        using var leader = Process.Start(new ProcessStartInfo(BuiltPrograms.Operator)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--kubeconfig", kubeconfig, "--instance", "bench", "--health-listen", "127.0.0.1", "--health-port", "0" },
        })!;
        leader.ErrorDataReceived += (_, _) => { };
        leader.BeginErrorReadLine();
        try
        {
            await Eventually.Is(
                async () => (await kubernetes.TryGetAsync<V1Lease>(PlaneNamespace, "onboarding-plane-leader"))?.HolderIdentity is { Length: > 0 }, "it leads");
            await KeepLeaseAsync();
            await Task.Delay(Idle);
            await KeepLeaseAsync();
            leader.Refresh();
            TimeSpan start = leader.TotalProcessorTime;
            await Task.Delay(Idle);
            leader.Refresh();
            int left = (await kubernetes.ListAsync<WorkloadAutoRegistration>(BenchMesh.Namespace)).Items.Count;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"operator with {left} members: {(leader.TotalProcessorTime - start) / Idle:0.0%} of a core while nothing changes, {leader.WorkingSet64 / 1e6:0} MB; {start.TotalSeconds:0.0} s of CPU to read and judge them at its start"));
        }
        finally
        {
            leader.Kill();
            await leader.WaitForExitAsync();
        }
    }

    private async Task<WorkloadAutoRegistration> JoinedAsync(BenchIssuer issuer)
    {
        await using EndpointReplicas one = await EndpointReplicas.StartAsync(1, kubeconfig, issuer);
        await one.JoinAsync(0, "copied");
        return (await kubernetes.ListAsync<WorkloadAutoRegistration>(BenchMesh.Namespace)).Items.Single(m => m.Spec?.Identity.Jwt?.Subject == "copied");
    }

    private async Task CopyAsync(WorkloadAutoRegistration member, int count)
    {
        int have = (await kubernetes.ListAsync<WorkloadAutoRegistration>(BenchMesh.Namespace)).Items.Count;
        await Parallel.ForAsync(have, count, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, stop) =>
        {
            WorkloadAutoRegistration made = await kubernetes.CreateAsync(
                new WorkloadAutoRegistration
                {
                    Metadata = new V1ObjectMeta
                    {
                        Name = $"{BenchMesh.Group}-copy-{i}",
                        Namespace = BenchMesh.Namespace,
                        Labels = member.Metadata.Labels,
                        Annotations = member.Metadata.Annotations,
                        OwnerReferences = member.Metadata.OwnerReferences,
                    },
                    Spec = member.Spec! with { Identity = new WorkloadIdentity { Jwt = member.Spec.Identity.Jwt! with { Subject = $"copy-{i}" } } },
                },
                cancellationToken: stop);
            await kubernetes.UpdateStatusAsync(
                made with { Status = member.Status! with { ActiveAgentConnection = new ActiveAgentConnection(Instance) } }, cancellationToken: stop);
        });
    }

    private async Task KeepLeaseAsync()
    {
        V1Lease? kept = await kubernetes.TryGetAsync<V1Lease>(PlaneNamespace, $"onboarding-instance-{Instance}");
        V1Lease lease = (kept ?? new V1Lease { Metadata = new V1ObjectMeta { Name = $"onboarding-instance-{Instance}", Namespace = PlaneNamespace } }) with
        {
            HolderIdentity = Instance,
            LeaseDuration = TimeSpan.FromSeconds(30),
            RenewTime = TimeProvider.System.GetUtcNow(),
        };
        await (kept is null ? kubernetes.CreateAsync(lease) : kubernetes.UpdateAsync(lease));
    }
}
