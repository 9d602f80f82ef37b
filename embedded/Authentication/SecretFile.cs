namespace Onboarding.Embedded.Authentication;

/// <summary>Files only their owner may read.</summary>
internal static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file whole: a reader sees the old content or the new, and no one else sees either, not even for a moment.</summary>
    public static void Write(string path, string content)
    {
        string temporary = $"{path}.new";
        File.Delete(temporary);

        // The mode is given when the file is made, and the file must not exist yet: opening one that an earlier run or someone
        // else left would keep its mode, and a key would be readable by others.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(content);
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a secret, or makes and keeps it at the first start.</summary>
    public static string ReadOrCreate(string path, Func<string> create)
    {
        if (!File.Exists(path))
        {
            Write(path, create());
        }

        return File.ReadAllText(path);
    }

    /// <summary>Creates a directory only its owner may enter.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }
}
