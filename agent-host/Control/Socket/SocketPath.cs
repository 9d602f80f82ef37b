using System.Net.Sockets;
using Onboarding.Client.Control;
using Onboarding.Client.Native;

namespace Onboarding.AgentHost.Control;

/// <summary>The place of a socket that this process is about to make.</summary>
internal static class SocketPath
{
    /// <summary>Makes sure that nothing is there, in a directory where no one else can put anything.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="mode">Mode of its directory, if that is made.</param>
    /// <param name="group">The group that may use the socket; null for none.</param>
    /// <param name="otherwise">What to pass instead of a path that can't be used, e.g. <c>another path with --control-socket</c>.</param>
    /// <exception cref="IOException">The path can't be used.</exception>
    public static void Prepare(string path, UnixFileMode mode, uint? group, string otherwise)
    {
        if (!ControlSocket.IsUsable(path))
        {
            throw new IOException($"the path is longer than 107 bytes; pass {otherwise}");
        }

        ControlDirectory.Ensure(Path.GetDirectoryName(path)!, mode, group);
        RemoveStale(path, otherwise);
    }

    /// <summary>
    /// Removes the socket of an agent that was killed. The state directory's lock, which this process holds, says that no other
    /// agent of this state is alive; one with another state that was given the same socket answers, and keeps it.
    /// </summary>
    private static void RemoveStale(string path, string otherwise)
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

        throw new IOException($"another agent answers on {path}; pass {otherwise}");
    }
}
