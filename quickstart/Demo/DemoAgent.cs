using Onboarding.Laptop.Planes;
using Onboarding.Laptop.Processes;
using Onboarding.Laptop.Sample;
using Onboarding.Quickstart.Processes;

namespace Onboarding.Quickstart.Demo;

/// <summary>The agent, as a process, told what a person would tell it on a VM.</summary>
internal static class DemoAgent
{
    /// <summary>Writes the two files an agent reads: the configuration of the samples with its host pointed at the plane.</summary>
    public static Task ConfigureAsync(
        Workspace workspace, PlaneReady plane, DemoIssuer issuer, string subject, int sidecarPort, CancellationToken cancellationToken) =>
        BookinfoMachine.WriteAsync(
            new BookinfoMachine
            {
                Host = plane.Endpoint.Host,
                Port = plane.Endpoint.Port,
                CertificateAuthority = plane.CertificateAuthority,
                PluginName = "sample-jwt-credential",
                Plugin = BuiltPrograms.JwtPlugin,
                IssuerUrl = issuer.Url,
                IssuerKeyFile = issuer.KeyFile,
                Subject = subject,
                SidecarProbe = BuiltPrograms.SidecarProbe,
                SidecarPort = sidecarPort,
                SidecarOutput = workspace.SidecarOutput,
            },
            workspace.OnboardingConfiguration,
            workspace.AgentConfiguration,
            cancellationToken);

    public static ChildProcess Start(Workspace workspace, Action<string> onLog) =>
        ChildProcess.Start(
            "agent",
            BuiltPrograms.Agent,
            [
                "run",
                "--onboarding-config", workspace.OnboardingConfiguration,
                "--agent-config", workspace.AgentConfiguration,
                "--state-directory", workspace.AgentState,
                "--log-format", "json",
            ],
            onLog,
            onLog);
}
