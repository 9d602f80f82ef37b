using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Laptop.Processes;
using Onboarding.Quickstart.Processes;

namespace Onboarding.Quickstart.Demo;

/// <summary>Watches the workload arrive and leave, as kubectl would.</summary>
internal sealed class DemoMember(KubernetesClient kubernetes, Workspace workspace)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until the workload is in the mesh: registered, connected, its sidecar in possession of a certificate.</summary>
    public async Task<JoinedMember> WaitUntilJoinedAsync(ChildProcess agent, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            while (true)
            {
                if (await FindAsync(limit.Token) is { } joined)
                {
                    return joined;
                }

                if (agent.HasExited)
                {
                    throw new DemoException($"The agent ended with exit code {await agent.WaitForExitAsync(limit.Token)}.");
                }

                await Task.Delay(Pause, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DemoException($"The workload didn't join within {patience.TotalSeconds} s.");
        }
    }

    /// <summary>Waits until nothing of the workload is left.</summary>
    public async Task WaitUntilGoneAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            while ((await kubernetes.ListAsync<WorkloadEntry>(DemoMesh.Namespace, cancellationToken: limit.Token)).Items.Count > 0 ||
                   (await kubernetes.ListAsync<WorkloadAutoRegistration>(DemoMesh.Namespace, cancellationToken: limit.Token)).Items.Count > 0)
            {
                await Task.Delay(Pause, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new DemoException($"The workload is still registered {patience.TotalSeconds} s after it left.");
        }
    }

    private async Task<JoinedMember?> FindAsync(CancellationToken cancellationToken)
    {
        WorkloadAutoRegistration? registration =
            (await kubernetes.ListAsync<WorkloadAutoRegistration>(DemoMesh.Namespace, cancellationToken: cancellationToken)).Items.SingleOrDefault();
        bool connected = registration?.IsConnected ?? false;
        if (!connected || SidecarReport.Read(workspace.SidecarOutput) is not { } sidecar)
        {
            return null;
        }

        string name = registration!.Metadata.Name;
        WorkloadEntry entry = await kubernetes.GetAsync<WorkloadEntry>(DemoMesh.Namespace, name, cancellationToken);
        string labels = string.Join(", ", entry.Spec.Labels.Select(l => $"{l.Key}={l.Value}"));
        return new JoinedMember(DemoMesh.Namespace, name, entry.Spec.Address ?? "", labels, sidecar);
    }
}

/// <summary>A workload that has joined.</summary>
internal sealed record JoinedMember(string Namespace, string Name, string Address, string Labels, SidecarReport Sidecar);
