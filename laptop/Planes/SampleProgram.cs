using System.Text;
using Onboarding.Client.Native;

namespace Onboarding.Laptop.Planes;

/// <summary>A program of the sample.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Dotnet">What runs it, where it is a <c>.dll</c>; else null.</param>
internal sealed record SampleProgram(string Name, string Path, string? Dotnet)
{
    /// <summary>Gives the path of something that can be executed: a configuration names one file, and the .NET tool brings no such.</summary>
    /// <param name="directory">Where a launcher may be written; made if it isn't there.</param>
    public string Launchable(string directory)
    {
        if (Dotnet is null)
        {
            return Path;
        }

        const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(directory, Executable);
        string launcher = System.IO.Path.Combine(directory, Name);
        string script = $"#!/bin/sh\nexec {Quoted(Dotnet)} {Quoted(Path)} \"$@\"\n";
        DurableFiles.Instance.Write(launcher, Encoding.UTF8.GetBytes(script), Executable);
        return launcher;
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
