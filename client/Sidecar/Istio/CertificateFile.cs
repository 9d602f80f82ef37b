using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>One file of the pair that pilot-agent keeps, as it was when it was read.</summary>
/// <param name="Content">What is in it.</param>
/// <param name="Hash">SHA-256 of that, in hexadecimal.</param>
/// <param name="UserId">Whose it is.</param>
internal sealed record CertificateFile(byte[] Content, string Hash, uint UserId)
{
    private const int Largest = 256 * 1024;

    /// <summary>Reads one, and never through a link.</summary>
    /// <param name="directory">Where it lies.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The file; null if it isn't there.</returns>
    /// <exception cref="IOException">It is something that pilot-agent wouldn't write: a link, a directory, a huge file.</exception>
    public static CertificateFile? Read(DirectoryHandle directory, string name)
    {
        using SafeFileHandle? file = directory.Open(name);
        if (file is null)
        {
            return null;
        }

        FileFacts facts = SecureFiles.Look(file);
        if (facts.Size > Largest)
        {
            throw new IOException($"{Path.Combine(directory.Path, name)} has {facts.Size} bytes, which no certificate has.");
        }

        byte[] content = new byte[facts.Size];
        int length = RandomAccess.Read(file, content, 0);
        content = content[..length];
        return new CertificateFile(content, Convert.ToHexStringLower(SHA256.HashData(content)), facts.UserId);
    }
}
