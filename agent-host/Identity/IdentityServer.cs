using Envoy.Service.Secret.V3;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Onboarding.AgentHost.Control;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Client.Identity;

namespace Onboarding.AgentHost.Identity;

/// <summary>
/// The socket on which other programs on the machine are given its identity in the mesh. An agent that can't have one runs all the same.
/// </summary>
internal sealed partial class IdentityServer : IAsyncDisposable
{
    private const string Scheme = "unix://";

    // Everybody may connect, to be told that they aren't let in: whom it serves says the kernel, not the file's mode.
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    // A proxy tells of all its extensions when it asks.
    private static readonly SocketLimits Limits = new(512, 64, 256 * 1024);

    private readonly UnixSocketServer _server;
    private readonly string _path;

    private IdentityServer(UnixSocketServer server, string path) => (_server, _path) = (server, path);

    /// <summary>Where it is, if the configuration doesn't say: beside the control socket.</summary>
    /// <param name="controlSocket">The control socket.</param>
    public static string DefaultPath(string controlSocket) => Path.Combine(Path.GetDirectoryName(controlSocket)!, "identity.sock");

    /// <summary>Serves; null if the configuration serves nothing, and with a warning if the socket can't be had.</summary>
    /// <param name="settings">What is served, and to whom.</param>
    /// <param name="identity">The identity; null if the configuration serves nothing.</param>
    /// <param name="controlSocket">The control socket.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="started">Told that the first peer came.</param>
    public static IdentityServer? Start(MeshIdentitySettings settings, MachineIdentity? identity, string controlSocket, ILoggerFactory loggers, Action? started = null)
    {
        if (identity is null)
        {
            return null;
        }

        ILogger logger = loggers.CreateLogger("Onboarding.Identity");
        string path = settings.Socket?[Scheme.Length..] ?? DefaultPath(controlSocket);
        try
        {
            SocketPath.Prepare(path, ControlDirectory.ForAll, group: null, "another one as meshIdentity.socket");
            ServerServiceDefinition[] services =
            [
                .. settings.WorkloadApi ? new[] { SpiffeWorkloadAPI.BindService(new WorkloadApiService(identity)) } : [],
                .. settings.Sds ? new[] { SecretDiscoveryService.BindService(new SecretService(identity, logger)) } : [],
            ];
            var callers = new IdentityCallers(settings.Callers);
            var server = UnixSocketServer.Start(
                path, new SocketOffer(services, callers.Decide, Limits) { Started = started }, bound => File.SetUnixFileMode(bound, ForAll), loggers);
            LogListening(logger, path, settings.Callers.Count);
            return new IdentityServer(server, path);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            LogUnavailable(logger, path, e.Message);
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_path);
    }

    [LoggerMessage(6020, LogLevel.Information, "identity socket {Path}, for {Callers} kind(s) of callers", EventName = "IdentityListening")]
    private static partial void LogListening(ILogger logger, string path, int callers);

    [LoggerMessage(6021, LogLevel.Warning,
        "no identity socket {Path}: {Why}. The agent runs without, and other programs get no identity. Next: ls -ld {Path}", EventName = "IdentityUnavailable")]
    private static partial void LogUnavailable(ILogger logger, string path, string why);
}
