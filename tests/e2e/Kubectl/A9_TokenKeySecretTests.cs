using System.Text;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Kubectl;

/// <summary>A9: the Secret of the token keys as it is shipped, installed more than once by the programs that people install with.</summary>
public sealed class A9_TokenKeySecretTests(KubectlPlane plane) : IClassFixture<KubectlPlane>
{
    private const string Name = "onboarding-token-keys";
    private static readonly string Shipped = Path.Combine(Repository.Root, "deploy", "token-keys");

    [Theory]
    [InlineData("-f")]
    [InlineData("-f", "--server-side")]
    [InlineData("-k")]
    public async Task A9_kubectl_apply_a_second_time_leaves_the_keys_untouched(string how, params string[] options)
    {
        Capability.Kubectl.Require();
        string[] apply = ["apply", .. options, how, how == "-k" ? Shipped : Path.Combine(Shipped, "secret.yaml")];
        await plane.Kubectl.RunAsync("-n", "istio-system", "delete", "secret", Name, "--ignore-not-found");
        (await plane.Kubectl.RunAsync(apply)).ShouldContain(Name);
        (await SecretAsync()).Data.ShouldBeEmpty();
        V1Secret filled = await FillAsync();

        await plane.Kubectl.RunAsync(apply);
        await plane.Kubectl.RunAsync(apply);

        Same(await SecretAsync(), filled);
    }

    [Fact]
    public async Task A9_the_command_that_a_missing_Secret_is_answered_with_makes_one_that_an_endpoint_fills()
    {
        Capability.Kubectl.Require();
        await plane.Kubectl.RunAsync("-n", "istio-system", "delete", "secret", Name, "--ignore-not-found");

        // As A9_PlaneReadinessTests has it of the plane's condition.
        await plane.Kubectl.RunAsync("-n", "istio-system", "create", "secret", "generic", Name);

        (await SecretAsync()).Data.ShouldBeEmpty();
    }

    [Fact]
    public async Task A9_helm_installs_upgrades_and_uninstalls_it_and_leaves_the_keys_untouched()
    {
        Capability.Kubectl.Require();
        Capability.Helm.Require();
        using var chart = new TemporaryDirectory();
        Directory.CreateDirectory(chart["templates"]);
        await File.WriteAllTextAsync(chart["Chart.yaml"], "apiVersion: v2\nname: keys\nversion: 0.1.0\n");
        File.Copy(Path.Combine(Shipped, "secret.yaml"), chart["templates/secret.yaml"]);
        await plane.Kubectl.RunAsync("-n", "istio-system", "delete", "secret", Name, "--ignore-not-found");

        await plane.Helm.RunAsync("install", "keys", chart.Path, "-n", "istio-system");
        (await SecretAsync()).Data.ShouldBeEmpty();
        V1Secret filled = await FillAsync();
        await File.WriteAllTextAsync(chart["Chart.yaml"], "apiVersion: v2\nname: keys\nversion: 0.2.0\n");
        await plane.Helm.RunAsync("upgrade", "keys", chart.Path, "-n", "istio-system");
        Same(await SecretAsync(), filled);
        await plane.Helm.RunAsync("upgrade", "keys", chart.Path, "-n", "istio-system", "--reset-values");
        Same(await SecretAsync(), filled);

        (await plane.Helm.RunAsync("uninstall", "keys", "-n", "istio-system")).ShouldContain(Name);
        Same(await SecretAsync(), filled);
        await plane.Helm.RunAsync("install", "keys", chart.Path, "-n", "istio-system");

        Same(await SecretAsync(), filled);
    }

    private static void Same(V1Secret now, V1Secret then)
    {
        now.Metadata.Uid.ShouldBe(then.Metadata.Uid);
        now.Data.ToDictionary(d => d.Key, d => Encoding.UTF8.GetString(d.Value))
            .ShouldBe(then.Data.ToDictionary(d => d.Key, d => Encoding.UTF8.GetString(d.Value)), ignoreOrder: true);
    }

    private Task<V1Secret> SecretAsync() => plane.Client.GetAsync<V1Secret>("istio-system", Name);

    private async Task<V1Secret> FillAsync() => await plane.Client.UpdateAsync((await SecretAsync()) with
    {
        Data = new Dictionary<string, byte[]> { ["signing-key.pem"] = "a key"u8.ToArray(), ["challenge-key"] = "another"u8.ToArray() },
    });
}
