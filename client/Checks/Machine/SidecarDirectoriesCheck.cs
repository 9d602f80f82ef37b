using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Client.Sidecar.Istio;

namespace Onboarding.Client.Checks.Machine;

/// <summary>Istio's sidecar can write where it makes the socket of its certificate, or will be able to once it is started.</summary>
internal sealed class SidecarDirectoriesCheck : IOnboardingCheck
{
    public string Category => "Sidecar";

    public string Name => "sidecar directories";

    public IReadOnlyList<string> DependsOn => [];

    public Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken) => Task.FromResult(Run(context));

    private static CheckOutcome Run(CheckContext context)
    {
        if (!context.IsIstio)
        {
            return CheckOutcome.Skip($"a sidecar of kind {context.Sidecar.Kind} makes its own");
        }

        string path = new SecretsDirectory(context.Root, context.Options.StateDirectory).Path;
        foreach (string each in (string[])[path, Path.Combine(path, SecretsDirectory.Tokens)])
        {
            if (SecureFiles.Look(each) is { IsDirectory: false } facts)
            {
                return CheckOutcome.Fail(
                    ErrorIds.SidecarDirectoryUnsafe,
                    $"{each} is {(facts.IsSymbolicLink ? "a symbolic link" : "no directory")}, and the agent follows no link there.",
                    $"ls -ld {each}; then: sudo rm {each}; the next start makes the directory");
            }
        }

        if (ProxyUser.Find(context.Root) is not { } proxy)
        {
            return CheckOutcome.Warn("There is no user istio-proxy, which Istio's package makes and its sidecar runs as.", "getent passwd istio-proxy; then install the package istio-sidecar");
        }

        return SecureFiles.Look(path) switch
        {
            null => CheckOutcome.Pass($"{path} is made for istio-proxy at the start"),
            { } facts when facts.UserId == proxy.UserId => CheckOutcome.Pass($"{path} is istio-proxy's"),
            { } facts when context.RunningSidecar is not null => CheckOutcome.Fail(
                ErrorIds.SidecarHasNoCertificate,
                $"{path} belongs to user {facts.UserId}, not to istio-proxy: pilot-agent can't make the socket that Envoy gets its certificate from.",
                $"sudo chown istio-proxy {path}; onboarding-agent sidecar restart"),
            _ => CheckOutcome.Pass($"{path} is given to istio-proxy at the start"),
        };
    }
}
