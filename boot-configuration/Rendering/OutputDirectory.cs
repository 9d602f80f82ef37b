using System.Text;

namespace Onboarding.BootConfiguration.Rendering;

/// <summary>
/// Writes files so that a failure leaves none of them: all into a directory beside the output, which then takes the output's place,
/// or whose files do where there is an output with other files in it.
/// </summary>
internal static class OutputDirectory
{
    /// <summary>The one that only its owner may read: who has it is the workload.</summary>
    public const string SecretName = "istio-token";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <exception cref="RenderException">It can't be written; what was there before still is.</exception>
    public static void Write(string directory, IReadOnlyDictionary<string, string> files)
    {
        string output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        string staging = $"{output}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(staging);
            foreach ((string name, string content) in files)
            {
                WriteFile(Path.Combine(staging, name), content, name == SecretName);
            }

            if (Directory.Exists(output))
            {
                Replace(output, staging, [.. files.Keys]);
                Directory.Delete(staging, recursive: true);
            }
            else
            {
                Directory.Move(staging, output);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            TryDelete(staging);
            throw new RenderException(
                RenderFailure.Output,
                RenderErrorIds.OutputNotWritten,
                $"the output directory {output} can't be written: {e.Message}",
                $"ls -ld {Path.GetDirectoryName(output) ?? output}; df -h {Path.GetDirectoryName(output) ?? output}",
                e);
        }
    }

    // A token of one workload beside the configuration of another would be worse than no files: all of them, or those of before.
    private static void Replace(string output, string staging, string[] names)
    {
        string before = Directory.CreateDirectory(Path.Combine(staging, "before")).FullName;
        int done = 0;
        try
        {
            for (; done < names.Length; done++)
            {
                string place = Path.Combine(output, names[done]);
                if (File.Exists(place))
                {
                    File.Move(place, Path.Combine(before, names[done]));
                }

                File.Move(Path.Combine(staging, names[done]), place);
            }
        }
        catch
        {
            foreach (string name in names.Take(done + 1))
            {
                PutBack(Path.Combine(before, name), Path.Combine(output, name), isNew: Array.IndexOf(names, name) < done);
            }

            throw;
        }
    }

    private static void PutBack(string before, string place, bool isNew)
    {
        if (File.Exists(before))
        {
            File.Move(before, place, overwrite: true);
        }
        else if (isNew)
        {
            File.Delete(place);
        }
    }

    private static void WriteFile(string path, string content, bool isSecret)
    {
        // The mode at creation, not after it: no one gets to open a token in between. (Istio's own token is readable by all.)
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = isSecret
                ? UnixFileMode.UserRead | UnixFileMode.UserWrite
                : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        }

        using var file = new FileStream(path, options);
        file.Write(Utf8.GetBytes(content));
        file.Flush(flushToDisk: true);
    }

    private static void TryDelete(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Beside the failure that is told, not worth a word.
        }
    }
}
