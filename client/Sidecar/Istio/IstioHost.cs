namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// The machine around Istio's sidecar: each concept is a class of its own, and this one says in which order they act.
/// </summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
internal sealed class IstioHost(string root) : ISidecarHost
{
    private readonly IstioFiles _files = new(root);
    private readonly HostsFile _hosts = new(root);

    public Task PrepareAsync(SidecarStart start)
    {
        _files.Install(start.BootDirectory);
        InstallLive(start.BootDirectory);
        return Task.CompletedTask;
    }

    public Task EndedAsync() => Task.CompletedTask;

    public void InstallLive(string bootDirectory)
    {
        _files.InstallToken(bootDirectory);
        _hosts.Write(File.ReadAllText(Path.Combine(bootDirectory, "hosts")));
    }

    public Task RemoveAsync()
    {
        _files.Remove();
        _hosts.Write("");
        return Task.CompletedTask;
    }
}
