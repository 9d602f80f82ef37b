using System.Text;

namespace Onboarding.Embedded.Istio;

/// <summary>Files that only their owner may read, whole or not there at all.</summary>
internal static class PrivateFile
{
    public static void Write(string path, string text)
    {
        string unfinished = path + ".new";
        File.Delete(unfinished);

        // The mode is given when the file is made: a key must not be readable by others even for a moment.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
