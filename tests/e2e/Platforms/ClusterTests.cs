using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Laptop.Processes;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Platforms;

/// <summary>Machines that have something from the plane's own cluster: a service-account token, or a join token.</summary>
public sealed class ClusterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_workload_with_a_projected_service_account_token_joins()
    {
        await using CloudMesh mesh = await CloudMesh.StartAsync(
            """{"kubernetes": {"namespaces": ["bookinfo"]}}""", """{"kubernetes": {"namespaces": ["bookinfo"], "serviceAccounts": ["bookinfo-ratings"]}}""");
        string uid = await mesh.PlaneUidAsync();
        ServiceAccountToken token = await mesh.Kubernetes.CreateTokenAsync(DemoMesh.Namespace, "bookinfo-ratings", [uid], TimeSpan.FromMinutes(10));
        string file = Write("token", token.Token);

        await mesh.StartAgentAsync($"{{custom: {{credential: [{{kubernetes: {{tokenFile: {file}}}}}]}}}}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.Kubernetes!.ServiceAccount.ShouldBe("bookinfo-ratings");
        mesh.Log.ShouldNotContain(token.Token);
    }

    [Fact]
    public async Task A_workload_with_a_token_that_is_bound_to_its_pod_joins_as_that_pod()
    {
        await using CloudMesh mesh = await CloudMesh.StartAsync(
            """{"kubernetes": {"namespaces": ["bookinfo"]}}""", """{"kubernetes": {"namespaces": ["bookinfo"], "serviceAccounts": ["bookinfo-ratings"]}}""");
        using var raw = new RawApi(KubernetesClientConfiguration.BuildConfigFromConfigFile(mesh.Kubeconfig));
        JsonObject pod = (await raw.PostAsync(
            $"api/v1/namespaces/{DemoMesh.Namespace}/pods",
            """{"metadata":{"name":"ratings-1"},"spec":{"serviceAccountName":"bookinfo-ratings","containers":[{"name":"c","image":"i"}]}}""")).Expect(201).Json;
        ServiceAccountToken token = await mesh.Kubernetes.CreateTokenAsync(
            DemoMesh.Namespace,
            "bookinfo-ratings",
            [await mesh.PlaneUidAsync()],
            TimeSpan.FromMinutes(10),
            new BoundObjectReference("v1", "Pod", "ratings-1", pod["metadata"]!["uid"]!.GetValue<string>()));

        await mesh.StartAgentAsync($"{{custom: {{credential: [{{kubernetes: {{tokenFile: {Write("token", token.Token)}}}}}]}}}}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.Kubernetes!.Pod.ShouldBe(new KubernetesPod("ratings-1", pod["metadata"]!["uid"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_machine_joins_by_a_join_token_that_an_operator_made_on_the_command_line()
    {
        await using CloudMesh mesh = await CloudMesh.StartAsync("""{"joinToken": {}}""", """{"joinToken": {"namePrefixes": ["rack-"]}}""");
        string token = await CreateTokenAsync(mesh);
        string file = Write("join-token", token);

        await mesh.StartAgentAsync($"{{custom: {{credential: [{{joinToken: {{file: {file}}}}}]}}}}");
        WorkloadAutoRegistration member = await mesh.WaitUntilJoinedAsync();

        member.Spec!.Identity.JoinToken!.Name.ShouldBe("rack-7");
        mesh.Log.ShouldNotContain(token.Split('.')[^1]);
        CredentialUse use = (await mesh.Kubernetes.ListAsync<CredentialUse>(null)).Items.ShouldHaveSingleItem();
        use.Metadata.Name.ShouldBe($"jointoken-{(await mesh.Kubernetes.GetAsync<JoinToken>(DemoMesh.Namespace, "rack-7")).Spec!.TokenSha256}");
    }

    private static async Task<string> CreateTokenAsync(CloudMesh mesh)
    {
        var output = new ConcurrentQueue<string>();
        var errors = new ConcurrentQueue<string>();
        await using ChildProcess command = ChildProcess.Start(
            "join-token",
            BuiltPrograms.Endpoint,
            [
                "join-token", "create", "--workload-group", $"{DemoMesh.Namespace}/{DemoMesh.Group}", "--name", "rack-7", "--expires-in", "10m",
                "--kubeconfig", mesh.Kubeconfig,
            ],
            output.Enqueue,
            errors.Enqueue);
        int exitCode = await command.WaitForExitAsync(CancellationToken.None);
        exitCode.ShouldBe(0, string.Join('\n', errors));
        return output.ShouldHaveSingleItem();
    }

    private string Write(string name, string content)
    {
        string file = _directory[name];
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }
}
