using Onboarding.Client.Native;

namespace Onboarding.AgentHost.Control;

/// <summary>The directory of a socket: anyone who can write to it can put another socket there and answer in the agent's place.</summary>
internal static class ControlDirectory
{
    /// <summary>For the owner and a group.</summary>
    public const UnixFileMode ForGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>For all who may try the socket.</summary>
    public const UnixFileMode ForAll = ForGroup | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes it, or makes sure that the one which is there can be trusted.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="mode">Its mode, if it is made.</param>
    /// <param name="group">The group that may use the socket; null for none.</param>
    /// <exception cref="IOException">It can't be trusted.</exception>
    public static void Ensure(string path, UnixFileMode mode, uint? group)
    {
        if (SecureFiles.Look(path) is null)
        {
            Directory.CreateDirectory(path, mode);
            // The process's umask took from it.
            File.SetUnixFileMode(path, mode);
            if (group is { } id)
            {
                // Only root, or a member of the group, may; without it, the directory is the owner's alone.
                _ = LibC.ChangeOwner(path, uint.MaxValue, id);
            }
        }

        FileFacts facts = SecureFiles.Look(path) ?? throw new DirectoryNotFoundException(path);
        uint user = LibC.EffectiveUserId();
        if (!facts.IsDirectory || (facts.UserId != user && facts.UserId != 0))
        {
            throw new IOException($"{path} isn't a directory of user {user} or root");
        }

        if (facts.IsWritableByOthers)
        {
            throw new IOException($"others may write to {path}; chmod 0750 {path}");
        }
    }
}
