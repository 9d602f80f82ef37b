using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// The files of Istio's package, as whatever installed them left them: by size and time of change, which package managers take from the package.
/// So the same package installed once more is the same, and nothing of 100 MB is read.
/// </summary>
internal static class InstalledFiles
{
    private const int Digits = 16;

    private static readonly string[] Programs = [IstioSidecar.StartScript, IstioSidecar.PilotAgent, IstioSidecar.Envoy];

    /// <summary>Names them.</summary>
    /// <param name="root">Root of the file system.</param>
    /// <returns>Hexadecimal digits; empty while one of them is missing.</returns>
    public static string Name(string root)
    {
        try
        {
            var text = new StringBuilder();
            foreach (string program in Programs)
            {
                var file = new FileInfo(Path.Combine(root, program));
                FileSystemInfo target = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
                text.Append(CultureInfo.InvariantCulture, $"{program} {new FileInfo(target.FullName).Length} {target.LastWriteTimeUtc.Ticks}\n");
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..Digits];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
