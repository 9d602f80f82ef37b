using Onboarding.Client.Credentials.Files;

namespace Onboarding.Client.Local;

/// <summary>A token from a vault in a file, for as long as it takes to look whether it is good: a check leaves nothing on the machine.</summary>
internal sealed class TemporaryToken : IDisposable
{
    private readonly DirectoryInfo? _directory;

    /// <summary>Writes it, into a directory of its own that only this user can look into.</summary>
    public TemporaryToken(JoinSecret? token)
    {
        if (token is not null)
        {
            _directory = Directory.CreateTempSubdirectory("onboarding-token-");
            JoinTokenFile.Write(_directory.FullName, token.Reveal());
            Path = JoinTokenFile.PathIn(_directory.FullName);
        }
    }

    /// <summary>The file; null if there is no token.</summary>
    public string? Path { get; }

    /// <inheritdoc />
    public void Dispose() => _directory?.Delete(recursive: true);
}
