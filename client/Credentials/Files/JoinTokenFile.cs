using System.Text;
using Onboarding.Client.Native;
using Onboarding.Client.State;

namespace Onboarding.Client.Credentials.Files;

/// <summary>Keeps a join token that came from elsewhere, a vault for one, where its renewals find it: in the state directory, for its owner alone.</summary>
public static class JoinTokenFile
{
    /// <summary>Where it is.</summary>
    /// <param name="stateDirectory">The state directory.</param>
    public static string PathIn(string stateDirectory) => Path.Combine(stateDirectory, "join-token");

    /// <summary>Writes it.</summary>
    /// <param name="stateDirectory">The state directory; made if it isn't there.</param>
    /// <param name="token">The token.</param>
    /// <exception cref="Errors.OnboardingException"><see cref="Errors.ErrorIds.StateDirectoryUnsafe"/>.</exception>
    public static void Write(string stateDirectory, string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        SecureDirectory.Ensure(Path.TrimEndingDirectorySeparator(Path.GetFullPath(stateDirectory)));
        DurableFiles.Instance.Write(PathIn(stateDirectory), Encoding.UTF8.GetBytes(token), FileModes.Secret);
    }
}
