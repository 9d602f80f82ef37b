using Onboarding.Client.Native;

namespace Onboarding.AgentHost.Control;

/// <summary>The directory of the control socket: anyone who can write to it can put another socket there and answer in the agent's place.</summary>
internal static class ControlDirectory
{
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>Makes it (0750, of the group that may use the socket), or makes sure that the one which is there can be trusted.</summary>
    /// <exception cref="IOException">It can't be trusted.</exception>
    public static void Ensure(string path, uint? group)
    {
        if (SecureFiles.Look(path) is null)
        {
            Directory.CreateDirectory(path, Mode);
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
