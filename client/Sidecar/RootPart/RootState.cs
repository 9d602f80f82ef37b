using Microsoft.Win32.SafeHandles;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>What the part that runs as root keeps, in a directory that is root's alone.</summary>
/// <param name="directory">The directory.</param>
internal sealed class RootState(string directory)
{
    /// <summary>Its copy of the boot configuration.</summary>
    public string Boot => Path.Combine(directory, "boot");

    /// <summary>Whose core the running sidecar was started with.</summary>
    public string Started => Path.Combine(directory, "started");

    /// <summary>Whose core is installed.</summary>
    public string Installed => Path.Combine(directory, "installed");

    /// <summary>True from the first installation for a sidecar on until nothing of it is left.</summary>
    public bool IsInstalled => File.Exists(Installed);

    /// <summary>Waits until no other process of this part changes files and rules; they are this one's until it lets go.</summary>
    /// <exception cref="IOException">The directory can't be used.</exception>
    public SafeFileHandle TakeTurn()
    {
        Directory.CreateDirectory(directory, FileModes.SecretDirectory);
        SafeFileHandle turn = SecureFiles.Open(Path.Combine(directory, "turn"), LibC.OpenReadWrite | LibC.OpenCreate, FileModes.Secret);
        if (LibC.Lock(turn, LibC.LockExclusive) != 0)
        {
            turn.Dispose();
            throw SecureFiles.Failure("lock", directory);
        }

        return turn;
    }

    /// <summary>Removes what says that a sidecar is installed.</summary>
    public void Forget()
    {
        File.Delete(Installed);
        File.Delete(Started);
        if (Directory.Exists(Boot))
        {
            Directory.Delete(Boot, recursive: true);
        }
    }
}
