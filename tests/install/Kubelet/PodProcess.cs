using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using k8s.Models;
using Onboarding.Client.Native;

namespace Onboarding.Tests.Install.Kubelet;

/// <summary>
/// A pod's container as a process: its real arguments, environment, mounts, user and token, in a mount namespace whose file system can't be
/// written, as <c>readOnlyRootFilesystem</c> says. The network is the machine's: a pod's address is one of loopback.
/// </summary>
internal sealed class PodProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log;

    private PodProcess(Process process, ConcurrentQueue<string> log)
    {
        _process = process;
        _log = log;
    }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string Log => string.Join('\n', _log);

    /// <summary>Starts it.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="program">Directory and name of the program that its image holds.</param>
    /// <param name="address">The pod's address.</param>
    /// <param name="api">Where the API server is.</param>
    /// <param name="files">What is mounted: content by path; all of it below /run.</param>
    /// <param name="configuration">Values of ConfigMaps: name and key to text.</param>
    public static PodProcess Start(
        V1Pod pod, (string Directory, string Name) program, IPAddress address, Uri api, IReadOnlyDictionary<string, byte[]> files, Func<string, string, string> configuration)
    {
        V1Container container = pod.Spec.Containers.Single();
        Dictionary<string, string> environment = new()
        {
            ["KUBERNETES_SERVICE_HOST"] = api.Host,
            ["KUBERNETES_SERVICE_PORT"] = api.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["PATH"] = "/usr/bin:/bin",
            ["HOME"] = "/",
        };
        foreach (V1EnvVar variable in container.Env ?? [])
        {
            environment[variable.Name] = variable switch
            {
                { ValueFrom.FieldRef.FieldPath: "metadata.name" } => pod.Metadata.Name,
                { ValueFrom.FieldRef.FieldPath: "status.podIP" } => address.ToString(),
                { ValueFrom.ConfigMapKeyRef: { } key } => configuration(key.Name, key.Key),
                { ValueFrom: null } => variable.Value ?? "",
                _ => throw new NotSupportedException($"{variable.Name} is from elsewhere"),
            };
        }

        var script = new StringBuilder("set -e; mount -t tmpfs -o mode=755 tmpfs /run; mkdir /run/app; ");
        script.Append($"mount --bind '{program.Directory}' /run/app; ");
        foreach ((string path, byte[] content) in files)
        {
            script.Append($"mkdir -p '{Path.GetDirectoryName(path)}'; echo {Convert.ToBase64String(content)} | base64 -d > '{path}'; chmod 444 '{path}'; ");
        }

        long user = pod.Spec.SecurityContext!.RunAsUser!.Value;
        script.Append("mount -o remount,bind,ro /run; mount -o remount,bind,ro /; cd /; ")
            .Append($"exec setpriv --reuid {user} --regid {user} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- /run/app/{program.Name} \"$@\"");
        var start = new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "--", "sh", "-c", script.ToString(), "sh"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in container.Args ?? [])
        {
            start.ArgumentList.Add(environment.Aggregate(argument, (text, v) => text.Replace($"$({v.Key})", v.Value, StringComparison.Ordinal)));
        }

        start.Environment.Clear();
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        var log = new ConcurrentQueue<string>();
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, e) => log.Enqueue(e.Data ?? "");
        process.ErrorDataReceived += (_, e) => log.Enqueue(e.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new PodProcess(process, log);
    }

    /// <summary>Tells it to stop.</summary>
    public void Terminate() => Send(Signals.Terminate);

    /// <summary>Ends it: the node it is on has failed.</summary>
    public void Kill() => Send(Signals.Kill);

    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Send(int signal)
    {
        if (!_process.HasExited)
        {
            Signals.Send(_process.Id, signal);
        }
    }
}
