using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace Onboarding.Tests.Install.Kubelet;

/// <summary>Makes the pods of Deployments and Jobs, and writes their status. A Deployment's pods are its own: there is no ReplicaSet between.</summary>
internal sealed class DeploymentController(IKubernetes cluster, CancellationToken stop)
{
    private const string TemplateHash = "pod-template-hash";

    /// <summary>True for a pod that an object made.</summary>
    public static bool IsOwner(V1Pod pod, V1ObjectMeta owner) => pod.Metadata.OwnerReferences?.Any(o => o.Uid == owner.Uid) == true;

    /// <summary>One step of a rolling change: a new pod first, an old one's end once the new one is ready.</summary>
    public async Task LookAsync(V1Deployment deployment, V1Pod[] pods, Func<string, string> nameOf)
    {
        string hash = HashOf(deployment.Spec.Template);
        V1Pod[] updated = [.. pods.Where(p => p.Metadata.Labels.TryGetValue(TemplateHash, out string? own) && own == hash)];
        V1Pod[] old = [.. pods.Except(updated)];
        int wanted = deployment.Spec.Replicas ?? 1;
        int ready = pods.Count(IsReady);
        if (updated.Length < wanted && pods.Length <= wanted)
        {
            await CreateAsync(deployment.Spec.Template, deployment.Metadata, "apps/v1", "Deployment", nameOf(deployment.Metadata.Name), hash);
        }
        else if (old.Length > 0 && (ready > wanted || !old.All(IsReady)))
        {
            await DeleteAsync(old.OrderBy(IsReady).First());
        }
        else if (updated.Length > wanted)
        {
            await DeleteAsync(updated[0]);
        }

        V1DeploymentStatus status = new()
        {
            ObservedGeneration = deployment.Metadata.Generation,
            Replicas = pods.Length,
            UpdatedReplicas = updated.Length,
            ReadyReplicas = ready,
            AvailableReplicas = ready,
            Conditions = [new V1DeploymentCondition { Type = "Available", Status = ready >= wanted ? "True" : "False", Reason = "Counted" }],
        };
        if (deployment.Status is null || KubernetesJson.Serialize(deployment.Status) != KubernetesJson.Serialize(status))
        {
            deployment.Status = status;
            await cluster.AppsV1.ReplaceNamespacedDeploymentStatusAsync(
                deployment, deployment.Metadata.Name, deployment.Metadata.NamespaceProperty, cancellationToken: stop);
        }
    }

    /// <summary>Makes a Job's pod, and takes its end over.</summary>
    public async Task LookAsync(V1Job job, V1Pod? pod)
    {
        if (pod is null)
        {
            await CreateAsync(job.Spec.Template, job.Metadata, "batch/v1", "Job", $"{job.Metadata.Name}-1", "job");
        }
        else if (pod.Status?.Phase is "Succeeded" or "Failed" && job.Status?.Conditions is not { Count: > 0 })
        {
            bool isDone = pod.Status.Phase == "Succeeded";
            job.Status = new V1JobStatus
            {
                Succeeded = isDone ? 1 : 0,
                Failed = isDone ? 0 : 1,
                Conditions = [new V1JobCondition { Type = isDone ? "Complete" : "Failed", Status = "True", Reason = isDone ? "Completed" : "BackoffLimitExceeded" }],
            };
            await cluster.BatchV1.ReplaceNamespacedJobStatusAsync(job, job.Metadata.Name, job.Metadata.NamespaceProperty, cancellationToken: stop);
        }
    }

    private static bool IsReady(V1Pod pod) => pod.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    private static string HashOf(V1PodTemplateSpec template) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(KubernetesJson.Serialize(template))))[..10];

    private async Task CreateAsync(V1PodTemplateSpec template, V1ObjectMeta owner, string apiVersion, string kind, string name, string hash) =>
        await cluster.CoreV1.CreateNamespacedPodAsync(
            new V1Pod
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Metadata = new V1ObjectMeta
                {
                    Name = name,
                    NamespaceProperty = owner.NamespaceProperty,
                    Labels = new Dictionary<string, string>(template.Metadata.Labels) { [TemplateHash] = hash },
                    Annotations = template.Metadata.Annotations,
                    OwnerReferences = [new V1OwnerReference { ApiVersion = apiVersion, Kind = kind, Name = owner.Name, Uid = owner.Uid, Controller = true }],
                },
                Spec = template.Spec,
            },
            owner.NamespaceProperty,
            cancellationToken: stop);

    private async Task DeleteAsync(V1Pod pod)
    {
        try
        {
            await cluster.CoreV1.DeleteNamespacedPodAsync(pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: stop);
        }
        catch (JsonException)
        {
            // A server answers with the pod or with a Status; the package reads the former alone.
        }
    }
}
