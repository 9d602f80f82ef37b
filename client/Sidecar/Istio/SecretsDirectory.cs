using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// <c>/var/run/secrets</c>, where pilot-agent makes the socket that Envoy gets its certificate from. <c>istio.service</c> gives it to
/// <c>istio-proxy</c> before each start; without that pilot-agent gives up after five tries, stays up, and no certificate ever comes.
/// </summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
/// <param name="stateDirectory">The agent's, where it notes that it made the directory.</param>
internal sealed class SecretsDirectory(string root, string stateDirectory)
{
    /// <summary>Name of the directory in it that the token lies in.</summary>
    public const string Tokens = "tokens";

    private const string Run = "var/run";
    private const string Name = "secrets";
    private const string Token = "istio-token";
    private const string Identity = "workload-spiffe-uds";
    private const string Istio = "istio";
    private const string Crl = "crl";
    private const string RevocationLists = BootConfigurationStore.RevocationListsName;
    private const string Socket = "socket";

    // On a machine that never had the directory it goes with the rest.
    private readonly string _made = System.IO.Path.Combine(stateDirectory, "secrets-directory");

    // chown(2): leave the group as it is, as istio.service does.
    private const uint SameGroup = uint.MaxValue;

    // What was installed by this process; null before that.
    private byte[]? _lists;

    /// <summary>The directory.</summary>
    public string Path { get; } = System.IO.Path.Combine(root, Run, Name);

    /// <summary>Where Envoy gets its certificate from.</summary>
    public string SocketPath => System.IO.Path.Combine(Path, Identity, Socket);

    /// <summary>
    /// Makes it, and what the agent puts there, the sidecar's: these two directories, nothing below them, and neither through a link. The
    /// sidecar's user owns the first one from then on, and could have planted a link in the place of the second.
    /// </summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.SidecarDirectoryUnsafe"/>.</exception>
    public void Prepare()
    {
        _lists = null;
        if (Open(make: false) is { } there)
        {
            there.Dispose();
        }
        else
        {
            DurableFiles.Instance.Write(_made, [], FileModes.Secret);
        }

        using DirectoryHandle secrets = Open(make: true)!;
        secrets.Give(FileModes.PublicDirectory, ProxyUser.Heir(root) is { } proxy ? (proxy.UserId, SameGroup) : null);
        using DirectoryHandle tokens = EnterTokens(secrets, make: true)!;
        tokens.Give(FileModes.PublicDirectory, owner: null);
    }

    /// <summary>Puts the token there, which pilot-agent reads again for each call.</summary>
    /// <param name="bootDirectory">The boot configuration in force.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.SidecarDirectoryUnsafe"/>.</exception>
    public void InstallToken(string bootDirectory)
    {
        byte[] token = File.ReadAllBytes(System.IO.Path.Combine(bootDirectory, Token));
        using DirectoryHandle secrets = Open(make: true)!;
        using DirectoryHandle tokens = EnterTokens(secrets, make: true)!;
        tokens.Write(Token, FileModes.Secret, ProxyUser.Heir(root), file => RandomAccess.Write(file, token, 0));
    }

    /// <summary>
    /// Puts the revocation lists where pilot-agent looks for them, or removes them where there are none. By a new file with the old one's name: Envoy watches
    /// for that. One that is the same stays, so that a renewed token doesn't have Envoy read all lists again.
    /// </summary>
    /// <param name="bootDirectory">The boot configuration in force.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.SidecarDirectoryUnsafe"/>.</exception>
    public void InstallRevocationLists(string bootDirectory)
    {
        string file = System.IO.Path.Combine(bootDirectory, RevocationLists);
        byte[] lists = File.Exists(file) ? File.ReadAllBytes(file) : [];
        if (_lists is not null && lists.AsSpan().SequenceEqual(_lists))
        {
            return;
        }

        using (DirectoryHandle? secrets = Open(make: lists.Length > 0))
        {
            if (lists.Length == 0)
            {
                RemoveLists(secrets);
            }
            else
            {
                using DirectoryHandle istio = Enter(secrets!, Istio, make: true)!;
                istio.Give(FileModes.PublicDirectory, owner: null);
                using DirectoryHandle crl = Enter(istio, Crl, make: true)!;
                crl.Give(FileModes.PublicDirectory, owner: null);
                crl.Write(RevocationLists, FileModes.Public, owner: null, to => RandomAccess.Write(to, lists, 0));
            }
        }

        _lists = lists;
    }

    /// <summary>Removes token, lists and socket, and the directories they were alone in.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.SidecarDirectoryUnsafe"/>.</exception>
    public void Remove()
    {
        _lists = null;
        using (DirectoryHandle? secrets = Open(make: false))
        {
            if (secrets is not null)
            {
                RemoveContent(secrets);
            }
        }

        if (File.Exists(_made))
        {
            using DirectoryHandle? run = DirectoryHandle.Find(root, Run);
            run?.DeleteEmpty(Name);
            File.Delete(_made);
        }
    }

    private static void RemoveLists(DirectoryHandle? secrets)
    {
        if (secrets?.Look(Istio) is not { IsDirectory: true })
        {
            return;
        }

        using (DirectoryHandle istio = secrets.Enter(Istio, make: false)!)
        {
            if (istio.Look(Crl) is { IsDirectory: true })
            {
                using (DirectoryHandle? crl = istio.Enter(Crl, make: false))
                {
                    crl?.Delete(RevocationLists);
                }

                istio.DeleteEmpty(Crl);
            }
        }

        secrets.DeleteEmpty(Istio);
    }

    private static void RemoveContent(DirectoryHandle secrets)
    {
        RemoveLists(secrets);
        using (DirectoryHandle? tokens = EnterTokens(secrets, make: false))
        {
            tokens?.Delete(Token);
        }

        using (DirectoryHandle? identity = secrets.Look(Identity) is { IsDirectory: true } ? secrets.Enter(Identity, make: false) : null)
        {
            if (identity?.Look(Socket) is { IsSocket: true })
            {
                identity.Delete(Socket);
            }
        }

        secrets.DeleteEmpty(Tokens);
        if (secrets.Look(Identity) is { IsDirectory: true })
        {
            secrets.DeleteEmpty(Identity);
        }
    }

    private DirectoryHandle? Open(bool make)
    {
        try
        {
            using DirectoryHandle? run = make ? DirectoryHandle.Make(root, Run) : DirectoryHandle.Find(root, Run);
            return run?.Enter(Name, make);
        }
        catch (IOException e)
        {
            throw Unsafe(Path, e);
        }
    }

    private static DirectoryHandle? EnterTokens(DirectoryHandle secrets, bool make) => Enter(secrets, Tokens, make);

    private static DirectoryHandle? Enter(DirectoryHandle parent, string name, bool make)
    {
        try
        {
            return parent.Enter(name, make);
        }
        catch (IOException e)
        {
            throw Unsafe(System.IO.Path.Combine(parent.Path, name), e);
        }
    }

    private static OnboardingException Unsafe(string path, IOException why) => new(
        ErrorIds.SidecarDirectoryUnsafe,
        $"The sidecar can't be started: {path} isn't a directory of its own, and the agent follows no link there: {why.Message}.",
        $"ls -ld {path}; then: sudo rm {path}; the next start makes the directory",
        why);
}
