using Onboarding.Client.Errors;
using Onboarding.Client.Processes;
using Onboarding.Client.Sidecar.Istio;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>The machine around a sidecar that an unprivileged agent has: each change of it is a verb of the part that runs as root.</summary>
/// <param name="client">Asks it.</param>
/// <param name="identity">Looks whether the sidecar has a certificate.</param>
internal sealed class UnitHost(RootPartClient client, ProxyIdentity identity) : ISidecarHost
{
    // For the guard of a PowerShell session alone, which owns no unit.
    public Launch Undo { get; } = new("/bin/true");

    public async Task<IReadOnlyList<SidecarNotice>> PrepareAsync(SidecarStart start) => (await client.CallAsync(RootVerb.InstallBoot)).Notices;

    public async Task<bool> CaptureAsync() => (await client.CallAsync(RootVerb.Capture)).Done;

    public async Task<bool> ReleaseAsync() => (await client.CallAsync(RootVerb.Release)).Done;

    public Task EndedAsync() => client.CallAsync(RootVerb.Clean);

    public Task<OnboardingException?> FindProblemAsync(CancellationToken cancellationToken) => identity.FindProblemAsync(cancellationToken);

    public void InstallLive(string bootDirectory) => client.Call(RootVerb.InstallLive);

    public Task RemoveAsync() => client.CallAsync(RootVerb.RemoveIdentity);
}
