using Microsoft.Extensions.Logging;
using Onboarding.Api.Control;
using Onboarding.Client.Control;
using Onboarding.Client.Native;

namespace Onboarding.AgentHost.Control;

/// <summary>
/// The control socket of a running agent. An agent that can't have one runs all the same: being in the mesh is worth more than
/// being talked to.
/// </summary>
internal sealed partial class ControlServer : IAsyncDisposable
{
    private const UnixFileMode ForGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private readonly UnixSocketServer _server;
    private readonly string _path;

    private ControlServer(UnixSocketServer server, string path)
    {
        _server = server;
        _path = path;
    }

    /// <summary>Serves; null, and a warning, if the socket can't be had.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="session">What it controls; its owner holds the state directory's lock.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="started">Told that the first peer came.</param>
    public static ControlServer? Start(string path, IMeshSession session, ILoggerFactory loggers, Action? started = null)
    {
        ILogger logger = loggers.CreateLogger("Onboarding.Control");
        try
        {
            uint? group = SystemGroup.IdOf(ControlSocket.Group);
            SocketPath.Prepare(path, ControlDirectory.ForGroup, group, "another path with --control-socket");
            var authorization = new PeerAuthorization(LibC.EffectiveUserId(), group);
            var server = UnixSocketServer.Start(
                path,
                new SocketOffer(
                    [AgentControlService.BindService(new ControlService(session, logger))], call => authorization.Decide(call.Peer), SocketLimits.ForPeople)
                {
                    Started = started,
                },
                bound => Protect(bound, group),
                loggers);
            LogListening(logger, path);
            return new ControlServer(server, path);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // Whatever it is: an agent that no one can talk to keeps its machine in the mesh, and someone shall hear of it now.
            LogUnavailable(logger, path, e.Message);
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_path);
    }

    private static void Protect(string path, uint? group)
    {
        if (group is { } id && LibC.ChangeOwner(path, uint.MaxValue, id) == 0)
        {
            File.SetUnixFileMode(path, ForGroup);
            return;
        }

        // No such group, or not for this user to give: then it is the owner's (and root's) alone.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [LoggerMessage(6010, LogLevel.Information, "control socket {Path}", EventName = "ControlListening")]
    private static partial void LogListening(ILogger logger, string path);

    [LoggerMessage(6011, LogLevel.Warning,
        "no control socket {Path}: {Why}. The agent runs without: its status is in this log. Next: ls -ld {Path}",
        EventName = "ControlUnavailable")]
    private static partial void LogUnavailable(ILogger logger, string path, string why);
}
