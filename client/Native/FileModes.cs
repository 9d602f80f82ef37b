namespace Onboarding.Client.Native;

/// <summary>The permissions the client gives to what it writes.</summary>
internal static class FileModes
{
    /// <summary>0600: keys, tokens, state.</summary>
    public const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>0700: directories of such files.</summary>
    public const UnixFileMode SecretDirectory = Secret | UnixFileMode.UserExecute;

    /// <summary>0644: what everybody may know.</summary>
    public const UnixFileMode Public = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>0755: directories of such files.</summary>
    public const UnixFileMode PublicDirectory =
        SecretDirectory | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
}
