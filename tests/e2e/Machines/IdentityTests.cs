using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>Who a machine is in the mesh, by the certificate that istiod issued: no one it was before.</summary>
public sealed class IdentityTests : IAsyncLifetime
{
    private const string Chain = "/etc/certs/cert-chain.pem";
    private const int Members = 10;
    private MachinePlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.NetworkNamespaces.Require();
        _plane = await MachinePlane.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_machine_that_goes_to_another_group_is_of_that_group()
    {
        await ApplyGroupAsync("details");
        await using MachineAgent agent = await _plane.StartMachineAsync("vm1");
        await agent.ConfigureAsync();
        agent.Start();
        await agent.WaitUntilReadyAsync();
        IdentityOf(agent.Machine).ShouldBe("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings");

        await agent.LeaveAsync();
        await agent.ConfigureAsync("details");
        agent.Start();
        await agent.WaitUntilReadyAsync();
        IdentityOf(agent.Machine).ShouldBe("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-details");
    }

    [Fact]
    public async Task When_the_mesh_s_authority_is_replaced_every_sidecar_comes_back()
    {
        MachineAgent[] agents = await Task.WhenAll(Enumerable.Range(0, Members).Select(i => _plane.StartMachineAsync($"member{i}")));
        try
        {
            await _plane.Kubernetes.PatchAsync<OnboardingPlane>(
                OnboardingPlane.DefaultNamespace,
                OnboardingPlane.DefaultName,
                V1Patch.Merge(JsonNode.Parse("""{"spec": {"rollout": {"maxUnavailable": "50%"}}}""")!));
            foreach (MachineAgent agent in agents)
            {
                await agent.ConfigureAsync();
                agent.Start();
            }

            await Task.WhenAll(agents.Select(a => a.WaitUntilReadyAsync()));
            string before = await File.ReadAllTextAsync(agents[0].Machine["/etc/certs/root-cert.pem"]);
            await _plane.ReplaceAuthorityAsync();
            await Task.WhenAll(agents.Select(a => Eventually.Is(() => IsIssuedByAnother(a.Machine, before), $"{a.Machine.Name} has a new certificate")));
            await Task.WhenAll(agents.Select(a => a.WaitUntilReadyAsync()));
        }
        finally
        {
            await Task.WhenAll(agents.Select(a => a.DisposeAsync().AsTask()));
        }
    }

    // A root of the same name with another key: only the signature tells.
    private static bool IsIssuedByAnother(Machine machine, string root)
    {
        using X509Certificate2 leaf = X509Certificate2.CreateFromPem(File.ReadAllText(machine[Chain]));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(root);
        return !chain.Build(leaf);
    }

    private static string IdentityOf(Machine machine)
    {
        using X509Certificate2 leaf = X509Certificate2.CreateFromPem(File.ReadAllText(machine[Chain]));
        return leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().Format(false).Replace("URI:", "", StringComparison.Ordinal);
    }

    private async Task ApplyGroupAsync(string name)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = DemoMesh.Namespace, ["labels"] = new JsonObject { ["app"] = name } };
        JsonObject account = metadata.DeepClone().AsObject();
        account["name"] = $"bookinfo-{name}";
        await _plane.Kubernetes.CreateAsync(V1ServiceAccount.FromJson(new JsonObject { ["metadata"] = account }));
        await _plane.Kubernetes.CreateAsync(WorkloadGroup.FromJson(new JsonObject
        {
            ["metadata"] = metadata.DeepClone(),
            ["spec"] = JsonNode.Parse($$$"""{"metadata": {"labels": {"app": "{{{name}}}"}}, "template": {"serviceAccount": "bookinfo-{{{name}}}"}}"""),
        }));
        await _plane.Kubernetes.CreateAsync(OnboardingPolicy.FromJson(new JsonObject
        {
            ["metadata"] = metadata.DeepClone(),
            ["spec"] = JsonNode.Parse(
                $$$"""
                {"allow": [{
                  "workloads": [{"jwt": {"issuer": "{{{_plane.Issuer.Url}}}", "attributes": [{"name": "role", "values": ["{{{name}}}"]}]}}],
                  "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "{{{name}}}"} } }]}]}
                """),
        }));
    }
}
