using System.Diagnostics;
using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Kubectl;

/// <summary>A namespace that a test has for itself, and what tests with kubectl do again and again.</summary>
public abstract class KubectlCase(KubectlPlane plane) : IClassFixture<KubectlPlane>, IAsyncLifetime
{
    protected KubectlPlane Plane => plane;

    protected string Namespace { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Capability.Kubectl.Require();
        Namespace = await plane.NamespaceAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected string Manifest(int port) => $$"""
        apiVersion: networking.istio.io/v1
        kind: WorkloadGroup
        metadata:
          name: ratings
          namespace: {{Namespace}}
        spec:
          template:
            serviceAccount: default
            ports:
              http: {{port}}
        """;

    protected Task<string> RunAsync(params string[] arguments) => RunWithAsync("", arguments);

    protected Task<string> RunWithAsync(string input, params string[] arguments) =>
        Plane.Kubectl.RunAsync(input, 0, ["-n", Namespace, .. arguments]);

    protected Task<string> FailAsync(params string[] arguments) => FailWithAsync("", arguments);

    protected Task<string> FailWithAsync(string input, params string[] arguments) =>
        Plane.Kubectl.FailAsync(input, ["-n", Namespace, .. arguments]);

    protected Task<string> ApplyAsync(int port) => RunWithAsync(Manifest(port), "apply", "-f", "-");

    protected Task<string> VersionAsync() => RunAsync("get", "wg", "ratings", "-o", "jsonpath={.metadata.resourceVersion}");

    protected async Task<IEnumerable<string>> NamesAsync(params string[] selection) =>
        (await RunAsync(["get", "cm", "-o", "jsonpath={.items[*].metadata.name}", .. selection])).Split(' ');

    protected async Task ConfigMapsAsync(params string[] names)
    {
        foreach (string name in names)
        {
            await ConfigMapAsync(name);
        }
    }

    protected Task<V1ConfigMap> ConfigMapAsync(string name) => Plane.Client.CreateAsync(new V1ConfigMap
    {
        Metadata = new() { Namespace = Namespace, Name = name },
        Data = new Dictionary<string, string> { ["k"] = "v" },
    });

    protected Task<V1ConfigMap?> FindAsync(string name) => Plane.Client.TryGetAsync<V1ConfigMap>(Namespace, name);

    protected Task<string> RegistrationAsync(string name) => RunWithAsync(
        $$"""{"apiVersion":"runtime.onboarding.tetrate.io/v1alpha1","kind":"WorkloadAutoRegistration","metadata":{"name":"{{name}}"},"spec":{"identity":{},"registration":{} } }""",
        "create", "-f", "-");

    protected Task<WorkloadAutoRegistration> ConnectAsync(string name) => Plane.Client.PatchAsync<WorkloadAutoRegistration>(
        Namespace,
        name,
        V1Patch.Merge(JsonNode.Parse("""{"status":{"conditions":[{"type":"AgentConnected","status":"True"}]}}""")!),
        new PatchOptions { Subresource = "status" });

    protected async Task EventAsync()
    {
        WorkloadGroup group = await Plane.Client.GetAsync<WorkloadGroup>(Namespace, "ratings");
        await Plane.Client.CreateAsync(new CoreV1Event
        {
            Metadata = new() { Namespace = Namespace, GenerateName = "ratings." },
            InvolvedObject = new()
            {
                ApiVersion = "networking.istio.io/v1",
                Kind = "WorkloadGroup",
                Namespace = Namespace,
                Name = "ratings",
                Uid = group.Metadata.Uid,
            },
            Type = "Warning",
            Reason = "OnboardingRefused",
            Message = "vm-1 refused",
            Component = "onboarding-plane",
            FirstTimestamp = DateTimeOffset.UtcNow,
            LastTimestamp = DateTimeOffset.UtcNow,
        });
    }

    /// <summary>Reads kubectl's output until a line starts with this.</summary>
    protected static async Task LineAsync(Process kubectl, string start)
    {
        string? line;
        do
        {
            line = await kubectl.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience);
        }
        while (line?.StartsWith(start, StringComparison.Ordinal) == false);
        line.ShouldNotBeNull($"kubectl ended before it said: {start}");
    }
}
