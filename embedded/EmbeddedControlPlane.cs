using System.Security.Cryptography;
using Onboarding.Embedded.Authentication;
using Onboarding.Embedded.Garbage;
using Onboarding.Embedded.Hosting;
using Onboarding.Embedded.Istio;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Rbac;
using Onboarding.Embedded.Seeding;
using Onboarding.Embedded.Serving;
using Onboarding.Embedded.Storage;
using Onboarding.Embedded.Virtual;

namespace Onboarding.Embedded;

/// <summary>
/// A control plane for laptops, demos and CI, in this process: a Kubernetes-compatible API on SQLite, served over TLS on loopback.
/// Objects and their versions survive restarts, and kills.
/// </summary>
public sealed class EmbeddedControlPlane : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts;

    private EmbeddedControlPlane(Stack<IAsyncDisposable> parts, string kubeconfigPath, Uri apiAddress, Uri istiodAddress)
    {
        _parts = parts;
        KubeconfigPath = kubeconfigPath;
        ApiAddress = apiAddress;
        IstiodAddress = istiodAddress;
    }

    /// <summary>File with address, certificate authority and administrator's token; readable by its owner only.</summary>
    public string KubeconfigPath { get; }

    /// <summary>Address of the Kubernetes API, e.g. <c>https://127.0.0.1:16443/</c>.</summary>
    public Uri ApiAddress { get; }

    /// <summary>Address of the istiod stand-in, e.g. <c>https://127.0.0.1:15012/</c>.</summary>
    public Uri IstiodAddress { get; }

    /// <summary>Starts a control plane; ready to serve when it returns.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The directory can't be used or a port is taken.</exception>
    public static async Task<EmbeddedControlPlane> StartAsync(
        EmbeddedControlPlaneOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var parts = new Stack<IAsyncDisposable>();
        try
        {
            return await StartAsync(options, parts, cancellationToken);
        }
        catch
        {
            await StopAsync(parts);
            throw;
        }
    }

    /// <summary>Stops serving; what was answered is stored.</summary>
    public ValueTask DisposeAsync() => StopAsync(_parts);

    private static async Task<EmbeddedControlPlane> StartAsync(
        EmbeddedControlPlaneOptions options, Stack<IAsyncDisposable> parts, CancellationToken cancellation)
    {
        string directory = Path.GetFullPath(options.DataDirectory);
        SecretFile.CreateDirectory(directory);
        parts.Push(DataDirectoryLock.Take(directory));
        TimeProvider time = options.TimeProvider;
        var store = new ObjectStore(new StoreOptions(Path.Combine(directory, "objects.db"))
        {
            KeptChanges = options.WatchHistory,
            CutEvery = Math.Max(1, options.WatchHistory / 5),
        });
        parts.Push(store);
        var key = TokenKey.Open(Path.Combine(directory, "service-account-key.pem"));
        string token = SecretFile.ReadOrCreate(
            Path.Combine(directory, "admin-token"), () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        var tokens = new ServiceAccountTokens(key, store, time);
        var authenticator = new Authenticator(token, tokens);
        var objects = new ObjectService(store, time);
        IstiodServer istiod = await StartIstiodAsync(options, directory, store, authenticator, objects, cancellation);
        parts.Push(istiod);
        objects.NamespaceContents = () => NamespaceContents.Create(istiod.Authority);
        await new Seeds(objects).PlantAsync(istiod.Address.Port);

        var authorizer = new RbacAuthorizer(store, options.Allowed);
        var handler = new RequestHandler(
            authenticator,
            authorizer,
            new ImpersonationCheck(authorizer),
            new ResourceDispatcher(
                new ReadHandler(store, objects, time),
                new WatchHandler(store, time, Math.Max(2, 2 * options.WatchHistory)),
                new WriteHandler(store, objects, new EscalationGuard(authorizer), authorizer, time),
                new VirtualResources(objects, authenticator, tokens, authorizer)),
            new PathHandler(key),
            options.LoggerFactory.CreateLogger<RequestHandler>());
        var certificates = ApiServerCertificates.Open(directory, time);
        ApiServer server = await ApiServer.StartAsync(
            options.ApiPort, certificates, handler.HandleAsync, options.LoggerFactory, cancellation);
        parts.Push(server);
        var secrets = new AuthoritySecrets(store, objects, istiod.Authority, options.LoggerFactory.CreateLogger<AuthoritySecrets>());
        foreach (ChangeFollower controller in (ChangeFollower[])[
            new GarbageCollector(store, objects, time, options.LoggerFactory.CreateLogger<GarbageCollector>()),
            new NamespaceController(store, objects, secrets, time, options.LoggerFactory.CreateLogger<NamespaceController>())])
        {
            controller.Start();
            parts.Push(controller);
        }

        // Stopped first: watches end, so that the server needn't wait for them.
        parts.Push(store.Hub);
        string kubeconfig = Path.Combine(directory, "kubeconfig");
        AdminKubeconfig.Write(kubeconfig, server.Address, certificates.Authority.ExportCertificatePem(), token);
        return new EmbeddedControlPlane(parts, kubeconfig, server.Address, new Uri($"https://{istiod.Address}"));
    }

    private static Task<IstiodServer> StartIstiodAsync(
        EmbeddedControlPlaneOptions options,
        string directory,
        ObjectStore store,
        Authenticator authenticator,
        ObjectService objects,
        CancellationToken cancellation) =>
        IstiodServer.StartAsync(
            new IstiodOptions
            {
                DataDirectory = Path.Combine(directory, "istiod"),
                Plugged = AuthoritySecrets.Plugged(store),
                Port = options.IstiodPort,
                TokenReviewer = (token, audiences, _) =>
                {
                    TokenReviewResult result = authenticator.Review(token, audiences);
                    return Task.FromResult(new TokenReviewOutcome(
                        result.User is not null, result.User?.Name ?? "", result.User?.Groups ?? [], result.Error));
                },
                ProxyObserver = new WorkloadEntryController(objects, options.LoggerFactory.CreateLogger<WorkloadEntryController>()),
                TimeProvider = options.TimeProvider,
                LoggerFactory = options.LoggerFactory,
            },
            cancellation);

    private static async ValueTask StopAsync(Stack<IAsyncDisposable> parts)
    {
        while (parts.TryPop(out IAsyncDisposable? part))
        {
            await part.DisposeAsync();
        }
    }
}
