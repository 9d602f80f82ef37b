using System.Globalization;
using System.Text;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Client.State;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Client.BootConfiguration;

/// <summary>
/// Keeps a workload's boot configuration. A version is written whole into a directory of its own and synced before the link
/// <c>current</c> moves to it in one step: a sidecar sees the old one or the new one, never half of one, whatever happens.
/// </summary>
internal sealed class BootConfigurationStore
{
    private const string CurrentName = "current";

    /// <summary>The authority's revocation lists; not there where it has none.</summary>
    public const string RevocationListsName = "ca-crl.pem";

    private const string TokenName = "istio-token";
    private static readonly string[] CoreFiles = ["cluster.env", "mesh.yaml", "root-cert.pem"];
    private static readonly string[] FileNames = [.. CoreFiles, TokenName, "hosts", BootVersionFile.Name];
    private readonly string _directory;
    private readonly IDurableFiles _files;
    private readonly PendingBootConfiguration _pending;

    /// <summary>Opens it, and clears away what a crash left half written.</summary>
    /// <param name="workloadDirectory">The workload's part of the state directory.</param>
    /// <param name="files">How to write.</param>
    public BootConfigurationStore(string workloadDirectory, IDurableFiles files)
    {
        _files = files;
        _pending = new PendingBootConfiguration(workloadDirectory, files);
        _directory = Path.Combine(workloadDirectory, "boot");
        SecureDirectory.Ensure(_directory);
        CurrentDirectory = Path.Combine(_directory, CurrentName);
        Reload();
    }

    /// <summary>Path a sidecar reads from. It is a link and stays the same when versions change.</summary>
    public string CurrentDirectory { get; }

    /// <summary>The version in force, or null if there is none.</summary>
    public BootVersion? Current { get; private set; }

    /// <summary>What a sidecar reads at its start; empty if there is nothing.</summary>
    public string ReadCore()
    {
        try
        {
            return string.Join('\0', CoreFiles.Select(name => File.ReadAllText(Path.Combine(CurrentDirectory, name))));
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Puts a boot configuration in force.</summary>
    /// <param name="boot">What the plane sent.</param>
    /// <param name="registrationUid">The registration this agent has.</param>
    /// <exception cref="OnboardingException">
    /// <see cref="ErrorIds.BootConfigurationStale"/>, <see cref="ErrorIds.BootConfigurationIncomplete"/>,
    /// <see cref="ErrorIds.BootConfigurationUnsafe"/> or <see cref="ErrorIds.BootConfigurationNotWritten"/>. In each case what was in
    /// force still is.
    /// </exception>
    public BootChange Apply(Rpc.BootConfiguration boot, string registrationUid)
    {
        BootVersion version = BootConfigurationCheck.Check(boot, registrationUid, Current);
        BootChange change = Current is null || Current.CoreHash != version.CoreHash ? BootChange.Core
            : Current.LiveHash != version.LiveHash || Current.TokenExpiresAt != version.TokenExpiresAt ? BootChange.Live
            : BootChange.None;
        string name = string.Create(CultureInfo.InvariantCulture, $"v{version.Generation}-{Guid.NewGuid():N}");
        string directory = Path.Combine(_directory, name);
        string? previous = LinkTarget();
        try
        {
            SecureDirectory.Ensure(directory);
            Write(directory, "cluster.env", Rewritten(boot.ClusterEnv), FileModes.Secret);
            Write(directory, "mesh.yaml", boot.MeshYaml, FileModes.Secret);
            Write(directory, "root-cert.pem", boot.RootCertPem, FileModes.Secret);
            Write(directory, TokenName, boot.IstioToken.Token, FileModes.Secret);
            Write(directory, "hosts", boot.Hosts, FileModes.Secret);
            if (boot.CaCrlPem.Length > 0)
            {
                Write(directory, RevocationListsName, boot.CaCrlPem, FileModes.Secret);
            }

            _files.Write(Path.Combine(directory, BootVersionFile.Name), BootVersionFile.Write(version), FileModes.Secret);
            SecureFiles.SynchronizeDirectory(_directory);
            _files.Link(CurrentDirectory, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(directory);
            throw NotWritten(e);
        }

        Current = version;
        Prune(name, previous);
        _pending.DeleteUpTo(version.Generation);
        return change;
    }

    /// <summary>Keeps a boot configuration that waits for its turn; what is in force stays in force.</summary>
    /// <param name="boot">What the plane sent.</param>
    /// <param name="registrationUid">The registration this agent has.</param>
    /// <exception cref="OnboardingException">As from <see cref="Apply"/>.</exception>
    public BootVersion Keep(Rpc.BootConfiguration boot, string registrationUid)
    {
        BootVersion version = BootConfigurationCheck.Check(boot, registrationUid, Current);
        try
        {
            _pending.Write(new BootFiles(version, Rewritten(boot.ClusterEnv), boot.MeshYaml, boot.RootCertPem, boot.Hosts) { RevocationLists = boot.CaCrlPem });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(e);
        }

        return version;
    }

    /// <summary>Puts other hosts in force; the rest stays.</summary>
    /// <param name="live">What the plane sent.</param>
    /// <param name="registrationUid">The registration this agent has.</param>
    /// <exception cref="OnboardingException">As from <see cref="Apply"/>.</exception>
    public void ApplyLive(Rpc.LiveConfiguration live, string registrationUid)
    {
        BootVersion version = BootConfigurationCheck.Check(live, registrationUid, Current);
        string directory = Path.Combine(_directory, LinkTarget()!);
        try
        {
            // Hosts first: a version.json that promises hosts which aren't there would keep the plane from sending them.
            Write(directory, "hosts", live.Hosts, FileModes.Secret);

            // Where there were none, or are none any more, the file comes and goes with the restart: until then the proxy follows what it was told.
            if (live.CaCrlPem.Length > 0 && File.Exists(Path.Combine(directory, RevocationListsName)))
            {
                Write(directory, RevocationListsName, live.CaCrlPem, FileModes.Secret);
            }

            _files.Write(Path.Combine(directory, BootVersionFile.Name), BootVersionFile.Write(version), FileModes.Secret);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(e);
        }

        Current = version;
    }

    /// <summary>Replaces the token of the version in force.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.BootConfigurationNotWritten"/>; the old token is still there.</exception>
    public void ReplaceToken(Rpc.IstioToken token)
    {
        if (Current is null || LinkTarget() is not { } name)
        {
            return;
        }

        DateTimeOffset? end = token.ExpiresAt is { } told ? PlaneTimes.TryRead(told) : null;
        if (end is null || token.Token.Length == 0)
        {
            throw new OnboardingException(
                ErrorIds.BootConfigurationIncomplete,
                "The plane sent an istio-token without an end that is a time, or none; the one before stays.",
                "look at the plane's log; endpoint and agent may be of different versions");
        }

        string directory = Path.Combine(_directory, name);
        BootVersion version = Current with { TokenExpiresAt = end.Value };
        try
        {
            // Token first: a version.json that promises a token which isn't there would keep the plane from sending it.
            Write(directory, TokenName, token.Token, FileModes.Secret);
            _files.Write(Path.Combine(directory, BootVersionFile.Name), BootVersionFile.Write(version), FileModes.Secret);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(e);
        }

        Current = version;
    }

    /// <summary>Removes everything: the machine has left, and a token that lies around is a token to steal.</summary>
    public void Clear()
    {
        Current = null;
        try
        {
            File.Delete(CurrentDirectory);
            _pending.Delete();
            Prune(null, null);
            SecureFiles.SynchronizeDirectory(_directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(e);
        }
    }

    private void Reload()
    {
        string? name = LinkTarget();
        bool complete = name is not null && FileNames.All(f => File.Exists(Path.Combine(_directory, name, f)));
        Current = complete ? BootVersionFile.Read(Path.Combine(_directory, name!, BootVersionFile.Name)) : null;
        if (Current is null)
        {
            File.Delete(CurrentDirectory);
        }
    }

    private string? LinkTarget()
    {
        // Only a name, never a path: a planted link must not lead out of the directory.
        string? target = new FileInfo(CurrentDirectory).LinkTarget;
        return target is not null && target == Path.GetFileName(target) && target.StartsWith('v') ? target : null;
    }

    // What the agent understood of it, in the agent's own quotes: a shell sources it as root.
    private static string Rewritten(string clusterEnv) => ClusterEnv.Write(ClusterEnv.Read(clusterEnv, []));

    private void Write(string directory, string name, string content, UnixFileMode mode) =>
        _files.Write(Path.Combine(directory, name), Encoding.UTF8.GetBytes(content), mode);

    private void Prune(string? current, string? previous)
    {
        foreach (string directory in Directory.GetDirectories(_directory))
        {
            string name = Path.GetFileName(directory);
            if (name != CurrentName && name != current && name != previous)
            {
                TryDelete(directory);
            }
        }
    }

    private static void TryDelete(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is no one's version; the next one takes it along.
        }
    }

    private OnboardingException NotWritten(Exception e) => new(
        ErrorIds.BootConfigurationNotWritten,
        $"The boot configuration couldn't be written below {_directory}: {e.Message}. What was in force before still is.",
        $"df -h {_directory}; df -i {_directory}; the agent tries again when the plane sends it again",
        e);
}

/// <summary>What applying a boot configuration changed.</summary>
public enum BootChange
{
    /// <summary>Nothing a sidecar would notice.</summary>
    None,

    /// <summary>What a running sidecar reads again by itself: hosts, token.</summary>
    Live,

    /// <summary>What a sidecar reads only at its start.</summary>
    Core,
}
