using System.Net.Sockets;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Plane.Hosting;

namespace Onboarding.Lab.Hosting;

/// <summary>The control plane in this process. From here on it is reached as any cluster is, by its kubeconfig.</summary>
internal sealed class LabCluster : IAsyncDisposable
{
    private readonly EmbeddedControlPlane _controlPlane;

    private LabCluster(EmbeddedControlPlane controlPlane) => _controlPlane = controlPlane;

    /// <summary>How it is reached.</summary>
    public string KubeconfigPath => _controlPlane.KubeconfigPath;

    /// <summary>Starts it, and makes the OnboardingPlane unless there is one.</summary>
    /// <exception cref="StartException">It can't start.</exception>
    public static async Task<LabCluster> StartAsync(LabOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(options.DataDirectory);
            var cluster = new LabCluster(await EmbeddedControlPlane.StartAsync(
                new EmbeddedControlPlaneOptions
                {
                    DataDirectory = Path.Combine(options.DataDirectory, "control-plane"),
                    ApiPort = options.ApiPort,
                    IstiodPort = options.IstiodPort,
                    TimeProvider = options.Endpoint.TimeProvider,
                    LoggerFactory = loggers,
                },
                cancellationToken));
            await cluster.PrepareAsync(options.Endpoint.Namespace, cancellationToken);
            return cluster;
        }
        catch (DataDirectoryInUseException e)
        {
            throw new StartException(
                $"{options.DataDirectory} is in use by the plane of process {e.ProcessId}. Use that one, stop it, or choose another --data-directory. "
                + $"Next: ps -p {e.ProcessId} -o args=", e)
            { ExitCode = PlaneProgram.InUse };
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"The embedded control plane can't start in {options.DataDirectory}: {e.Message} Choose another --data-directory, --embedded-api-port or "
                + "--embedded-istiod-port.", e);
        }
    }

    public ValueTask DisposeAsync() => _controlPlane.DisposeAsync();

    private async Task PrepareAsync(string planeNamespace, CancellationToken cancellationToken)
    {
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(KubeconfigPath));
        try
        {
            await client.CreateAsync(
                OnboardingPlane.FromJson(new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = OnboardingPlane.DefaultName, ["namespace"] = planeNamespace },
                    ["spec"] = new JsonObject { ["hub"] = "embedded" },
                }),
                cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // Of an earlier start, and perhaps edited since.
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }
}
