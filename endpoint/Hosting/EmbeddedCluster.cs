using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Embedded;
using Onboarding.Kubernetes;

namespace Onboarding.Endpoint.Hosting;

/// <summary>The control plane in this process. From here on it is reached as any cluster is, by its kubeconfig.</summary>
internal sealed class EmbeddedCluster : IAsyncDisposable
{
    private readonly EmbeddedControlPlane _controlPlane;

    private EmbeddedCluster(EmbeddedControlPlane controlPlane) => _controlPlane = controlPlane;

    public string KubeconfigPath => _controlPlane.KubeconfigPath;

    /// <summary>Where an embedded endpoint keeps its files.</summary>
    public static string DirectoryOf(EndpointOptions options) => Path.GetFullPath(options.DataDirectory ?? DefaultDirectory());

    /// <summary>Starts it.</summary>
    /// <exception cref="EndpointStartException">It can't start.</exception>
    public static async Task<EmbeddedCluster> StartAsync(EndpointOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        string directory = DirectoryOf(options);
        try
        {
            Directory.CreateDirectory(directory);
            return new EmbeddedCluster(await EmbeddedControlPlane.StartAsync(
                new EmbeddedControlPlaneOptions
                {
                    DataDirectory = Path.Combine(directory, "control-plane"),
                    ApiPort = options.EmbeddedApiPort,
                    IstiodPort = options.EmbeddedIstiodPort,
                    TimeProvider = options.TimeProvider,
                    LoggerFactory = loggers,
                },
                cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EndpointStartException(
                $"The embedded control plane can't start in {directory}: {e.Message} Choose another --data-directory, --embedded-api-port or "
                + "--embedded-istiod-port.", e);
        }
    }

    /// <summary>Makes the OnboardingPlane unless there is one.</summary>
    public static async Task PrepareAsync(KubernetesClient client, string planeNamespace, CancellationToken cancellationToken)
    {
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
    }

    public ValueTask DisposeAsync() => _controlPlane.DisposeAsync();

    private static string DefaultDirectory() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "onboarding");
}
