using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Machines;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>A plane that machines join with join tokens, and their configuration as an administrator drops it in.</summary>
internal sealed class ServicePlane : IAsyncDisposable
{
    private const string Directory = "/etc/onboarding-agent";

    private ServicePlane(MachinePlane plane) => Plane = plane;

    public MachinePlane Plane { get; }

    public static async Task<ServicePlane> StartAsync()
    {
        MachinePlane plane = await MachinePlane.StartAsync();
        await plane.Kubernetes.PatchAsync<OnboardingPlane>(
            OnboardingPlane.DefaultNamespace,
            OnboardingPlane.DefaultName,
            V1Patch.Merge(JsonNode.Parse("""{"spec": {"workloads": {"authentication": {"joinToken": {} } } } }""")!));
        await plane.Kubernetes.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse(
            $$"""
            {"metadata": {"name": "racks", "namespace": "{{DemoMesh.Namespace}}"},
             "spec": {"allow": [{"workloads": [{"joinToken": {"namePrefixes": ["rack-"]} }], "onboardTo": [{"workloadGroupSelector": {} }]}] } }
            """)!));
        return new ServicePlane(plane);
    }

    /// <summary>The OnboardingConfiguration, as published: the endpoint's certificate is verified by what the machine trusts.</summary>
    public string Onboarding =>
        $"""
        apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
        kind: OnboardingConfiguration
        onboardingEndpoint:
          host: {MachinePlane.Name}
          port: {Plane.Port}
        workloadGroup:
          namespace: {DemoMesh.Namespace}
          name: {DemoMesh.Group}
        """;

    /// <summary>The AgentConfiguration: a join token proves who the machine is.</summary>
    public static string Agent =>
        $$"""
        apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
        kind: AgentConfiguration
        host:
          custom:
            credential:
            - joinToken: {file: {{Directory}}/join-token}
        """;

    /// <summary>The one registration; null while there is none.</summary>
    public async Task<WorkloadAutoRegistration?> RegistrationAsync() =>
        (await Plane.Kubernetes.ListAsync<WorkloadAutoRegistration>(DemoMesh.Namespace)).Items.SingleOrDefault();

    /// <summary>Writes a machine's configuration, with a token for it.</summary>
    public async Task ConfigureAsync(ServiceMachine machine)
    {
        machine.Copy(Plane.CertificateAuthority, "/usr/local/share/ca-certificates/plane.crt");
        await File.WriteAllTextAsync(machine[$"{Directory}/join-token"], await TokenAsync(await machine.RunAsync("hostname")));
        await File.WriteAllTextAsync(machine[$"{Directory}/onboarding.config.yaml"], Onboarding);
        await File.WriteAllTextAsync(machine[$"{Directory}/agent.config.yaml"], Agent);
        await machine.RunAsync(
            $"update-ca-certificates >/dev/null 2>&1; chown onboarding-agent: {Directory}/join-token; chmod 0600 {Directory}/join-token");
    }

    /// <summary>A token for a machine of this name.</summary>
    public async Task<string> TokenAsync(string machine)
    {
        string name = $"rack-{machine}";
        string token = $"ojt1.{DemoMesh.Namespace}.{name}.{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}";
        await Plane.Kubernetes.CreateAsync(JoinToken.FromJson(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = DemoMesh.Namespace },
            ["spec"] = new JsonObject
            {
                ["workloadGroup"] = DemoMesh.Group,
                ["tokenSha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))),
                ["expiresAt"] = DateTimeOffset.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            },
        }));
        return token;
    }

    /// <summary>Waits until the machine is in the mesh and its sidecar serves.</summary>
    public async Task WaitUntilReadyAsync(ServiceMachine machine)
    {
        WorkloadAutoRegistration? seen = null;
        try
        {
            await Eventually.Is(
                async () =>
                {
                    seen = await RegistrationAsync();
                    return seen is { IsConnected: true } && seen.Status!.Conditions.Any(c => c is { Type: WorkloadAutoRegistration.SidecarReady, Status: "True" });
                },
                "the machine is ready");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{seen?.ToJson()}\n{await DescribeAsync(machine)}", e);
        }
    }

    /// <summary>What a person would look at when something is wrong.</summary>
    public static async Task<string> DescribeAsync(ServiceMachine machine) => (await machine.TryAsync(
        """
        systemctl --no-pager status onboarding-agent onboarding-agent-root.socket istio; journalctl --no-pager -b -u 'onboarding-agent*' -u istio | tail -n 80
        tail -n 40 /var/log/istio/*; ls -la /etc/certs /run/secrets /run/secrets/* /var/lib/onboarding-agent*; journalctl -b -p 4 --no-pager | tail -n 20
        """)).Output;

    public ValueTask DisposeAsync() => Plane.DisposeAsync();
}
