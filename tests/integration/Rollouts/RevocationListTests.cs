using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Rollouts;

/// <summary>Revocation lists of istiod's authority reach machines, which no injector mounts them for: without, a revoked intermediate still counts there.</summary>
public sealed class RevocationListTests : IAsyncLifetime
{
    private readonly CertificateAuthority _authority = CertificateAuthority.Create();
    private string _roots = "";
    private TestPlane _plane = null!;
    private TestAgent _agent = null!;
    private TestSession _session = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync(new JsonObject { ["rollout"] = new JsonObject { ["paused"] = true } });
        _roots = (await _plane.Client.GetAsync<V1ConfigMap>("bookinfo", "istio-ca-root-cert")).Data["root-cert.pem"];
        _agent = _plane.Agent();
        _session = await _agent.JoinAsync();
        await TakeAsync(await NextAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _plane.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task The_first_lists_wait_for_a_restart_later_ones_do_not_and_none_restart_again()
    {
        string first = _authority.RevocationList(DateTimeOffset.UtcNow.AddDays(1)) + "\n";
        await PublishAsync(first);
        Rpc.BootConfiguration boot = await NextAsync();
        (boot.Pending, boot.CaCrlPem).ShouldBe((true, first));

        await _plane.PauseRolloutAsync(false);
        boot = await NextAsync();
        (boot.Pending, boot.CaCrlPem).ShouldBe((false, first));
        await TakeAsync(boot);

        string second = _authority.RevocationList(DateTimeOffset.UtcNow.AddDays(2), _authority.Certificate) + "\n";
        await PublishAsync(second);
        Rpc.BootConfiguration live = await NextAsync();
        (live.Pending, live.CaCrlPem, live.Version.CoreHash).ShouldBe((false, second, boot.Version.CoreHash));
        await TakeAsync(live);

        await PublishAsync("");
        Rpc.BootConfiguration last;
        do
        {
            last = await NextAsync();
            last.CaCrlPem.ShouldBeEmpty();
            last.Version.CoreHash.ShouldNotBe(boot.Version.CoreHash);
        }
        while (last.Pending);
    }

    [Fact]
    public async Task What_a_proxy_would_refuse_is_not_sent_and_the_member_says_which_object_is_wrong()
    {
        await PublishAsync("-----BEGIN X509 CRL-----\nMA==\n-----END X509 CRL-----\n");

        await Eventually.Is(
            async () => (await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration)).Status!.Conditions.Any(
                c => c is { Type: "BootConfigurationApplied", Reason: "NotMade" } && c.Message!.Contains("istio-ca-crl", StringComparison.Ordinal)),
            "the registration says that ConfigMap istio-ca-crl can't be used");
    }

    private async Task<Rpc.BootConfiguration> NextAsync() => (await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;

    private async Task TakeAsync(Rpc.BootConfiguration boot)
    {
        await _session.SendAsync(new AgentMessage
        {
            BootConfigurationStatus = new BootConfigurationStatus { Generation = boot.Version.Generation, SidecarRestarted = true },
        });
        await _session.SendAsync(new AgentMessage
        {
            Health = new HealthReport { Sidecar = SidecarState.Ready, SidecarReady = true, CoreHash = boot.Version.CoreHash },
        });
    }

    private async Task PublishAsync(string lists)
    {
        await _plane.Client.PatchAsync<V1Secret>(
            "istio-system",
            "cacerts",
            V1Patch.Apply(new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Secret",
                ["metadata"] = new JsonObject { ["name"] = "cacerts", ["namespace"] = "istio-system" },
                ["data"] = new JsonObject { ["root-cert.pem"] = Encoded(_roots), ["ca-crl.pem"] = Encoded(lists) },
            }),
            new PatchOptions { FieldManager = "operator", Force = true });
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
