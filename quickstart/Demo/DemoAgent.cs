using Onboarding.Quickstart.Processes;

namespace Onboarding.Quickstart.Demo;

/// <summary>The agent, as a process, told what a person would tell it on a VM.</summary>
internal static class DemoAgent
{
    /// <summary>Writes the two files an agent reads: the configuration of the samples with its host pointed at the plane.</summary>
    public static async Task ConfigureAsync(
        Workspace workspace, PlaneReady plane, DemoIssuer issuer, string subject, int sidecarPort, CancellationToken cancellationToken)
    {
        string sample = await File.ReadAllTextAsync(DemoMesh.Sample("onboarding.config.yaml"), cancellationToken);
        string configuration = sample.Replace(
            "host: onboarding-endpoint.your-company.corp",
            $$$"""
            host: {{{plane.Endpoint.Host}}}
              port: {{{plane.Endpoint.Port}}}
              transportSecurity: {tls: {caFile: "{{{plane.CertificateAuthority}}}"}}
            """,
            StringComparison.Ordinal);
        await File.WriteAllTextAsync(workspace.OnboardingConfiguration, configuration, cancellationToken);
        await File.WriteAllTextAsync(
            workspace.AgentConfiguration,
            $$$"""
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: AgentConfiguration
            host:
              custom:
                credential:
                - plugin:
                    name: sample-jwt-credential
                    path: "{{{Executables.JwtPlugin}}}"
                    env:
                    - {name: SAMPLE_JWT_ISSUER, value: "{{{issuer.Url}}}"}
                    - {name: SAMPLE_JWT_ISSUER_KEY, value: "{{{issuer.KeyFile}}}"}
                    - {name: SAMPLE_JWT_SUBJECT, value: "{{{subject}}}"}
                    - {name: SAMPLE_JWT_ATTRIBUTES_FIELD, value: custom_attributes}
                    - {name: SAMPLE_JWT_ATTRIBUTES, value: "role=ratings"}
            sidecar:
              command:
                path: "{{{Executables.SidecarProbe}}}"
                args: ["--status-port", "{{{sidecarPort}}}"]
                readiness: {port: {{{sidecarPort}}}}
              stdout: {filename: "{{{workspace.SidecarOutput}}}"}
              stderr: {filename: "{{{workspace.SidecarOutput}}}"}

            """,
            cancellationToken);
    }

    public static ChildProcess Start(Workspace workspace, Action<string> onLog) =>
        ChildProcess.Start(
            "agent",
            Executables.Agent,
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
