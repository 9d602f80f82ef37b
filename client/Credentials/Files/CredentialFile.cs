using System.Text;
using Microsoft.Win32.SafeHandles;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;

namespace Onboarding.Client.Credentials.Files;

/// <summary>Reads the files that a credential is made of, again for each credential: anyone who rotates them needs no restart.</summary>
internal static class CredentialFile
{
    private const int Largest = 64 * 1024;
    private const int ForEverybody = 7;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is; links are followed, as projected volumes are made of them.</param>
    /// <param name="field">The AgentConfiguration's field that names it, for the message.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.CredentialFileUnusable"/>.</exception>
    public static string Read(string path, string field) => Read(path, field, isSecret: false);

    /// <summary>Reads a file that only root and a group may know.</summary>
    /// <inheritdoc cref="Read(string, string)"/>
    public static string ReadSecret(string path, string field) => Read(path, field, isSecret: true);

    /// <summary>The file can't be used.</summary>
    public static OnboardingException Unusable(string path, string field, string why, string next, Exception? inner = null) =>
        new(ErrorIds.CredentialFileUnusable, $"{path} ({field}) can't be used: {why}.", next, inner);

    private static string Read(string path, string field, bool isSecret)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);

            // Looked at through the handle: no one can exchange the file between look and use.
            if (isSecret && (SecureFiles.Look(handle).Permissions & ForEverybody) != 0)
            {
                throw Unusable(path, field, "everybody on this machine may read it, and it is a secret", $"chmod 0600 {path}");
            }

            using var reader = new StreamReader(new FileStream(handle, FileAccess.Read), Encoding.UTF8);
            char[] buffer = new char[Largest + 1];
            int count = reader.ReadBlock(buffer, 0, buffer.Length);
            return count <= Largest ? new string(buffer, 0, count) : throw Unusable(path, field, $"it is larger than {Largest} bytes", $"ls -l {path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, field, e is FileNotFoundException or DirectoryNotFoundException ? "it isn't there" : e.Message, $"namei -l {path}", e);
        }
    }
}
