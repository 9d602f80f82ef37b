using Onboarding.Client.Errors;
using Onboarding.Client.Native;

namespace Onboarding.Client.State;

/// <summary>Directories only the agent's user can look into.</summary>
internal static class SecureDirectory
{
    // rwx for all others, w for the group: 027.
    private const int Forbidden = 0x17;

    /// <summary>Makes the directory, or makes sure that the one which is there can be trusted.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.StateDirectoryUnsafe"/>.</exception>
    public static void Ensure(string path)
    {
        if (SecureFiles.Look(path) is null)
        {
            Directory.CreateDirectory(path, FileModes.SecretDirectory);
        }

        // Looked at after making it: between look and make, someone could have put something else there.
        FileFacts facts = SecureFiles.Look(path) ?? throw new DirectoryNotFoundException(path);
        if (facts.IsSymbolicLink)
        {
            // Anyone who owns the link chooses where the key is written.
            throw Unsafe(path, "it is a symbolic link", $"ls -ld {path}; then pass the directory it points to");
        }

        if (!facts.IsDirectory)
        {
            throw Unsafe(path, "it isn't a directory", $"ls -ld {path}; then move it away");
        }

        uint user = LibC.EffectiveUserId();
        if (facts.UserId != user)
        {
            throw Unsafe(path, $"it belongs to user {facts.UserId}, not to {user}", $"sudo chown {user} {path}");
        }

        if ((facts.Permissions & Forbidden) != 0)
        {
            string mode = Convert.ToString(facts.Permissions, 8);
            throw Unsafe(path, $"others may read or change it (mode 0{mode})", $"chmod 0700 {path}");
        }
    }

    private static OnboardingException Unsafe(string path, string why, string next) =>
        new(ErrorIds.StateDirectoryUnsafe, $"The state directory {path} isn't safe: {why}.", next);
}
