using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Onboarding.Embedded;
using Onboarding.Testing;

namespace Onboarding.Tests.Install.Kubelet;

/// <summary>
/// What a cluster does with what is installed, on this machine: it makes the pods of Deployments and Jobs, runs them as processes, asks their
/// probes, writes their status, and ends them. No scheduler, no network of pods, no controller of autoscalers, budgets or policies.
/// </summary>
internal sealed class Kubelet : IAsyncDisposable
{
    private readonly IKubernetes _cluster;
    private readonly Uri _api;
    private readonly byte[] _authority;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, RunningPod> _running = [];
#pragma warning disable CA5359 // as the kubelet: a probe verifies no certificate
    private readonly HttpClient _probes = new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = delegate { return true; } },
    })
    {
        Timeout = TimeSpan.FromSeconds(3),
    };
#pragma warning restore CA5359

    private readonly int _network = 64 + Random.Shared.Next(100);
    private Task _work = Task.CompletedTask;
    private int _next;

    private Kubelet(IKubernetes cluster, Uri api, byte[] authority)
    {
        _cluster = cluster;
        _api = api;
        _authority = authority;
    }

    /// <summary>What went wrong in it; a test that fails shows it.</summary>
    public ConcurrentQueue<string> Problems { get; } = [];

    /// <summary>Logs of all pods, those that ended too.</summary>
    public ConcurrentDictionary<string, Func<string>> Logs { get; } = [];

    public string AllLogs => string.Join('\n', Logs.Select(l => $"--- {l.Key}\n{l.Value()}").Concat(Problems));

    /// <summary>Fails a test at once where nothing more is to be expected.</summary>
    public bool IsWhole() => Problems.Count <= 10 ? true : throw new InvalidOperationException("The kubelet doesn't get on.");

    /// <summary>Pods that run, by name.</summary>
    public IEnumerable<RunningPod> Running => _running.Values.Where(p => !p.Process.HasExited);

    public static Kubelet Start(EmbeddedControlPlane server)
    {
        KubernetesClientConfiguration configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(server.KubeconfigPath);
        var kubelet = new Kubelet(
            new k8s.Kubernetes(configuration),
            server.ApiAddress,
            Encoding.ASCII.GetBytes(string.Concat(configuration.SslCaCerts.Select(c => c.ExportCertificatePem() + "\n"))));
        kubelet._work = kubelet.RunAsync();
        return kubelet;
    }

    /// <summary>Ready pods of a Deployment.</summary>
    public IEnumerable<RunningPod> ReadyOf(string owner) => Running.Where(p => p.Owner == owner && p.IsReady);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (RunningPod pod in _running.Values)
        {
            pod.Process.Dispose();
        }

        _cluster.Dispose();
        _probes.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            try
            {
                await LookAsync();
            }
#pragma warning disable CA1031 // whatever it is, a test that waits for a pod must hear of it
            catch (Exception e) when (!_stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Problems.Enqueue(e is HttpOperationException http ? $"{e.Message} {http.Response.Content}" : e.ToString());
            }
        }
    }

    private async Task LookAsync()
    {
        IList<V1Pod> pods = (await _cluster.CoreV1.ListPodForAllNamespacesAsync(cancellationToken: _stop.Token)).Items;
        await EndAsync(pods);
        foreach (V1Pod pod in pods)
        {
            await RunAsync(pod);
        }

        foreach (V1Deployment deployment in (await _cluster.AppsV1.ListDeploymentForAllNamespacesAsync(cancellationToken: _stop.Token)).Items)
        {
            await new DeploymentController(_cluster, _stop.Token).LookAsync(
                deployment, [.. pods.Where(p => DeploymentController.IsOwner(p, deployment.Metadata))], NameOf);
        }

        foreach (V1Job job in (await _cluster.BatchV1.ListJobForAllNamespacesAsync(cancellationToken: _stop.Token)).Items)
        {
            await new DeploymentController(_cluster, _stop.Token).LookAsync(job, pods.FirstOrDefault(p => DeploymentController.IsOwner(p, job.Metadata)));
        }
    }

    private string NameOf(string owner) => $"{owner}-{Interlocked.Increment(ref _next):x5}";

    private async Task RunAsync(V1Pod pod)
    {
        if (!_running.TryGetValue(pod.Metadata.Uid, out RunningPod? running))
        {
            if (pod.Status?.Phase is "Succeeded" or "Failed")
            {
                return;
            }

            int number = Interlocked.Increment(ref _next);
            var address = new IPAddress([127, (byte)_network, (byte)(number >> 8), (byte)number]);
            if (await FilesAsync(pod) is not { } files)
            {
                return;
            }

            Dictionary<(string, string), string> configuration = await ConfigurationAsync(pod);
            V1Container container = pod.Spec.Containers.Single();
            string image = container.Image.Split('/')[^1].Split(':', '@')[0];
            string folder = image.Replace("onboarding-", "", StringComparison.Ordinal);
            running = new RunningPod(
                pod.Metadata.Name,
                pod.Metadata.OwnerReferences?.FirstOrDefault()?.Name ?? "",
                address,
                PodProcess.Start(
                    pod,
                    (Path.Combine(Repository.Root, folder, "bin", Build, "net10.0"), image),
                    address,
                    _api,
                    files,
                    (name, key) => configuration[(name, key)]));
            _running[pod.Metadata.Uid] = running;
            Logs[pod.Metadata.Name] = () => running.Process.Log;
        }

        bool isOnce = pod.Spec.RestartPolicy == "Never";
        running.IsReady = !running.Process.HasExited && !isOnce && await AnswersAsync(pod, running.Address);
        string phase = !running.Process.HasExited ? "Running" : running.Process.ExitCode == 0 ? "Succeeded" : "Failed";
        if (running.Process.HasExited && !isOnce)
        {
            // As a crashed container is started again; here as another pod.
            await _cluster.CoreV1.DeleteNamespacedPodAsync(pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: _stop.Token);
            return;
        }

        string ready = running.IsReady ? "True" : "False";
        if (pod.Status?.Phase != phase || pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status != ready)
        {
            pod.Status = new V1PodStatus
            {
                Phase = phase,
                PodIP = running.Address.ToString(),
                Conditions = [new V1PodCondition { Type = "Ready", Status = ready }],
            };
            await _cluster.CoreV1.ReplaceNamespacedPodStatusAsync(pod, pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: _stop.Token);
        }
    }

    private async Task EndAsync(IList<V1Pod> pods)
    {
        foreach ((string uid, RunningPod pod) in _running)
        {
            if (pods.All(p => p.Metadata.Uid != uid))
            {
                pod.IsReady = false;
                pod.Terminate();
                if (pod.Process.HasExited)
                {
                    _running.TryRemove(uid, out _);
                }
            }
        }

        await Task.CompletedTask;
    }

    private async Task<bool> AnswersAsync(V1Pod pod, IPAddress address)
    {
        V1Container container = pod.Spec.Containers.Single();
        if (container.ReadinessProbe?.HttpGet is not { } probe)
        {
            return true;
        }

        int port = container.Ports.Single(p => p.Name == probe.Port.Value).ContainerPort;
        try
        {
            using HttpResponseMessage answer = await _probes.GetAsync(
                new UriBuilder((probe.Scheme ?? "HTTP").ToLowerInvariant(), address.ToString(), port, probe.Path).Uri, _stop.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !_stop.IsCancellationRequested)
        {
            return false;
        }
    }

    // Null while a Secret isn't there: a pod waits for what it mounts.
    private async Task<Dictionary<string, byte[]>?> FilesAsync(V1Pod pod)
    {
        const string Account = "/run/secrets/kubernetes.io/serviceaccount";
        string ns = pod.Metadata.NamespaceProperty;
        Authenticationv1TokenRequest token = await _cluster.CoreV1.CreateNamespacedServiceAccountTokenAsync(
            new Authenticationv1TokenRequest
            {
                Spec = new V1TokenRequestSpec
                {
                    Audiences = [],
                    ExpirationSeconds = 3607,
                    BoundObjectRef = new V1BoundObjectReference { ApiVersion = "v1", Kind = "Pod", Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
                },
            },
            pod.Spec.ServiceAccountName,
            ns,
            cancellationToken: _stop.Token);
        Dictionary<string, byte[]> files = new()
        {
            [$"{Account}/token"] = Encoding.ASCII.GetBytes(token.Status.Token),
            [$"{Account}/ca.crt"] = _authority,
            [$"{Account}/namespace"] = Encoding.ASCII.GetBytes(ns),
        };
        foreach (V1Volume volume in pod.Spec.Volumes ?? [])
        {
            try
            {
                V1Secret secret = await _cluster.CoreV1.ReadNamespacedSecretAsync(volume.Secret.SecretName, ns, cancellationToken: _stop.Token);
                string path = pod.Spec.Containers.Single().VolumeMounts.Single(m => m.Name == volume.Name).MountPath;
                foreach ((string key, byte[] value) in secret.Data)
                {
                    files[$"{path}/{key}"] = value;
                }
            }
            catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
        }

        return files;
    }

    private async Task<Dictionary<(string, string), string>> ConfigurationAsync(V1Pod pod)
    {
        Dictionary<(string, string), string> values = [];
        foreach (V1ConfigMapKeySelector key in (pod.Spec.Containers.Single().Env ?? []).Select(e => e.ValueFrom?.ConfigMapKeyRef).OfType<V1ConfigMapKeySelector>())
        {
            V1ConfigMap map = await _cluster.CoreV1.ReadNamespacedConfigMapAsync(key.Name, pod.Metadata.NamespaceProperty, cancellationToken: _stop.Token);
            values[(key.Name, key.Key)] = map.Data[key.Key];
        }

        return values;
    }

    private static string Build { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
}

/// <summary>A pod that runs.</summary>
internal sealed class RunningPod(string name, string owner, IPAddress address, PodProcess process)
{
    private bool _isTold;

    public string Name { get; } = name;

    /// <summary>Name of the Deployment or Job that it is of; empty for one of its own.</summary>
    public string Owner { get; } = owner;

    public IPAddress Address { get; } = address;

    public PodProcess Process { get; } = process;

    public bool IsReady { get; set; }

    /// <summary>Tells it to stop, once.</summary>
    public void Terminate()
    {
        if (!_isTold)
        {
            _isTold = true;
            Process.Terminate();
        }
    }
}
