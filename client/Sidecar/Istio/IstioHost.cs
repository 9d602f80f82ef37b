using Microsoft.Extensions.Logging;
using Onboarding.Client.Errors;
using Onboarding.Client.Processes;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// The machine around Istio's sidecar: each concept is a class of its own, and this one says in which order they act.
/// </summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
/// <param name="stateDirectory">The agent's, where what has to be undone is kept.</param>
/// <param name="readVersion">Asks what the sidecar's package calls its version.</param>
/// <param name="logger">Where to log.</param>
/// <param name="time">The clock.</param>
internal sealed class IstioHost(
    string root, string stateDirectory, Func<CancellationToken, Task<string>> readVersion, ILogger logger, TimeProvider time) : ISidecarHost
{
    /// <summary>Where Envoy tells of its certificates.</summary>
    public static readonly Uri Certificates = new("http://127.0.0.1:15000/certs");

    private readonly IstioFiles _files = new(root);
    private readonly HostsFile _hosts = new(root);
    private readonly TrafficRedirection _redirection = new(root, new RedirectionRecord(stateDirectory), logger);
    private readonly SecretsDirectory _secrets = new(root, stateDirectory);
    private readonly ProxyCertificate _certificate = new(root, stateDirectory);
    private readonly ProxyIdentity _identity = new(
        root, new SecretsDirectory(root, stateDirectory), new ProxyCertificate(root, stateDirectory).Note, Certificates, time);

    public Launch Undo => UndoScript.CreateLaunch(root, stateDirectory, _redirection.Clean);

    public async Task<IReadOnlyList<SidecarNotice>> PrepareAsync(SidecarStart start)
    {
        // First with the environment of before, whose files are about to be replaced.
        SidecarEnvironment environment = Environment(start.BootDirectory);
        await _redirection.PrepareAsync(environment, start.CapturesFirst);
        _certificate.Prepare(start.BootDirectory, environment);
        _secrets.Prepare();
        _files.Install(start.BootDirectory, environment.LeavingRulesToAgent());
        InstallLive(start.BootDirectory);
        return await NoticesAsync(start.BootDirectory, environment);
    }

    public Task<bool> CaptureAsync() => SidecarEnvironment.LeavesRulesToAgent(root) ? _redirection.MakeAsync() : Task.FromResult(false);

    public Task<bool> ReleaseAsync() => SidecarEnvironment.LeavesRulesToAgent(root) ? _redirection.ReleaseAsync() : Task.FromResult(false);

    public Task EndedAsync() => _redirection.UndoAsync();

    /// <summary>The same where no sidecar of an agent runs, and rules that are in force are no one's.</summary>
    /// <exception cref="Errors.OnboardingException"><see cref="Errors.ErrorIds.RedirectionNotRemoved"/>.</exception>
    public Task CleanAsync() => _redirection.RemoveAllAsync(SidecarEnvironment.Installed(root));

    public Task<OnboardingException?> FindProblemAsync(CancellationToken cancellationToken) => _identity.FindProblemAsync(cancellationToken);

    public void InstallLive(string bootDirectory)
    {
        _secrets.InstallToken(bootDirectory);
        _secrets.InstallRevocationLists(bootDirectory);
        _hosts.Write(File.ReadAllText(Path.Combine(bootDirectory, "hosts")));
    }

    public async Task RemoveAsync()
    {
        try
        {
            await _redirection.UndoAsync();
        }
        finally
        {
            _hosts.Write("");
            // Before the files that say where it is.
            _certificate.Remove();
            _files.Remove();
            _secrets.Remove();
        }
    }

    private SidecarEnvironment Environment(string bootDirectory)
    {
        var environment = SidecarEnvironment.Read(IstioFiles.SidecarEnv(root), Path.Combine(bootDirectory, "cluster.env"));
        environment = new NativeNftables(root).IsPreferred ? environment.WithNativeNftables() : environment;
        // Istio's start fails on a group that isn't there.
        return AgentGroup.Find(root) is null ? environment : environment.Excluding(AgentGroup.Name);
    }

    private async Task<IReadOnlyList<SidecarNotice>> NoticesAsync(string bootDirectory, SidecarEnvironment environment)
    {
        string version = await readVersion(CancellationToken.None);
        IReadOnlyList<SidecarNotice> needs = ProxyNeeds.Find(root, environment, await File.ReadAllTextAsync(Path.Combine(bootDirectory, "mesh.yaml")), version);
        if (environment.HasOwnRules)
        {
            return needs;
        }

        SidecarNotice? exclusion = ExclusionNotice.Find(root, environment, version, AgentGroup.IsHeld(root));
        MachineRules rules = await MachineRules.ReadAsync(new MachineTools(root));
        return [.. needs, .. exclusion is null ? [] : new[] { exclusion }, .. OtherFirewalls.Find(root, rules, environment)];
    }
}
