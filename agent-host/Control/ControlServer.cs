using System.Net.Sockets;
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
    public static ControlServer? Start(string path, IMeshSession session, ILoggerFactory loggers)
    {
        ILogger logger = loggers.CreateLogger("Onboarding.Control");
        try
        {
            if (!ControlSocket.IsUsable(path))
            {
                throw new IOException("the path is longer than 107 bytes; pass a shorter one with --control-socket");
            }

            uint? group = SystemGroup.IdOf(ControlSocket.Group);
            ControlDirectory.Ensure(Path.GetDirectoryName(path)!, group);
            RemoveStale(path);
            var authorization = new PeerAuthorization(LibC.EffectiveUserId(), group);
            var server = UnixSocketServer.Start(
                path,
                AgentControlService.BindService(new ControlService(session, logger)),
                authorization.Decide,
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

    /// <summary>
    /// Removes the socket of an agent that was killed. The state directory's lock, which this process holds, says that no other
    /// agent of this state is alive; one with another state that was given the same socket answers, and keeps it.
    /// </summary>
    private static void RemoveStale(string path)
    {
        FileFacts? facts = SecureFiles.Look(path);
        if (facts is null)
        {
            return;
        }

        if (!facts.Value.IsSocket)
        {
            // Never delete what isn't ours: the path may be a mistake, or a link someone planted to have a file removed.
            throw new IOException($"{path} is there and isn't a socket; move it away");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new IOException($"another agent answers on {path}; pass another path with --control-socket");
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
