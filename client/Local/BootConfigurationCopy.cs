using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Local;

/// <summary>Copies the boot configuration that this machine has.</summary>
public static class BootConfigurationCopy
{
    private const string Token = "istio-token";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] Files = ["cluster.env", "mesh.yaml", "root-cert.pem", "hosts", Token];
    private static readonly string[] Optional = [BootConfigurationStore.RevocationListsName];

    /// <summary>Copies it.</summary>
    /// <param name="status">This machine.</param>
    /// <param name="destination">Directory for the files; made if it isn't there.</param>
    /// <param name="withToken">Also the token, which is a secret.</param>
    /// <returns>The files, in the directory.</returns>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.NotRegistered"/>: there is none.</exception>
    public static IReadOnlyList<string> Copy(MachineStatus status, string destination, bool withToken)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (status.BootDirectory.Length == 0)
        {
            throw new OnboardingException(
                ErrorIds.NotRegistered, "This machine has no boot configuration: it isn't in the mesh.", "Register-MeshWorkload; Get-OnboardingStatus says how far it is");
        }

        Directory.CreateDirectory(destination);
        List<string> written = [];
        foreach (string name in Files.Where(f => withToken || f != Token).Concat(Optional.Where(f => File.Exists(Path.Combine(status.BootDirectory, f)))))
        {
            string path = Path.Combine(destination, name);
            File.Delete(path);
            // Made again and for its owner alone: a file that is there may be open, or a link someone planted.
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            file.Write(File.ReadAllBytes(Path.Combine(status.BootDirectory, name)));
            written.Add(path);
        }

        return written;
    }
}
