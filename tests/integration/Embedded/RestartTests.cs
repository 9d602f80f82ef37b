using Onboarding.Embedded;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

public sealed class RestartTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    [Fact]
    public async Task Objects_versions_tokens_and_the_authority_survive_a_restart()
    {
        string version;
        string token;
        string kubeconfig;
        await using (EmbeddedControlPlane before = await StartAsync())
        {
            using var client = new ApiClient(before.KubeconfigPath);
            (await client.PostAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"kept"},"data":{"a":"b"}}""")).Expect(201);
            (await client.PostAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"gone"}}""")).Expect(201);
            (await client.DeleteAsync("/api/v1/namespaces/default/configmaps/gone")).Expect(200);
            version = (await client.GetAsync("/api/v1/configmaps"))["metadata", "resourceVersion"]!;
            token = (await client.PostAsync("/api/v1/namespaces/default/serviceaccounts/default/token", "{}"))["status", "token"]!;
            kubeconfig = await File.ReadAllTextAsync(before.KubeconfigPath);
        }

        await using EmbeddedControlPlane after = await StartAsync();
        (await File.ReadAllLinesAsync(after.KubeconfigPath)).Where(l => !l.Contains("server:", StringComparison.Ordinal))
            .ShouldBe(kubeconfig.Split('\n').Where(l => !l.Contains("server:", StringComparison.Ordinal)).SkipLast(1));
        using var again = new ApiClient(after.KubeconfigPath);
        (await again.GetAsync("/api/v1/namespaces/default/configmaps/kept")).Expect(200)["data", "a"].ShouldBe("b");
        (await again.GetAsync("/api/v1/namespaces/default/configmaps/gone")).Refused(404, "NotFound");
        ApiAnswer made = await again.PostAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"new"}}""");
        long.Parse(made["metadata", "resourceVersion"]!, null).ShouldBeGreaterThan(long.Parse(version, null));
        using var account = new ApiClient(after.KubeconfigPath, token);
        (await account.GetAsync("/api")).Expect(200);
    }

    [Fact]
    public async Task Secrets_are_readable_by_their_owner_only()
    {
        await using EmbeddedControlPlane plane = await StartAsync();
        foreach (string file in (string[])["kubeconfig", "admin-token", "api-ca.pem", "service-account-key.pem"])
        {
            File.GetUnixFileMode(_directory[$"plane/{file}"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }
    }

    [Fact]
    public async Task The_mesh_configuration_names_the_port_istiod_really_has()
    {
        for (int start = 0; start < 2; start++)
        {
            await using EmbeddedControlPlane plane = await StartAsync();
            using var client = new ApiClient(plane.KubeconfigPath);
            (await client.GetAsync("/api/v1/namespaces/istio-system/configmaps/istio"))["data", "mesh"]!
                .ShouldContain($"discoveryAddress: istiod.istio-system.svc:{plane.IstiodAddress.Port}");
        }
    }

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    private Task<EmbeddedControlPlane> StartAsync() => EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
    {
        DataDirectory = _directory["plane"],
        ApiPort = 0,
        IstiodPort = 0,
        LoggerFactory = _log,
    });
}
