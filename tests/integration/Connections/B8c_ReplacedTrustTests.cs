using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Client.Keys;
using Onboarding.Client.State;
using Onboarding.Connections;
using Onboarding.Endpoint.Authentication.Spiffe;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.ClientTests;
using Onboarding.Tests.Integration.KubernetesTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Connections;

/// <summary>Files of trust that are replaced below a running program: authorities are rotated.</summary>
public sealed class B8c_ReplacedTrustTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly TestCertificates _old = new("old");
    private readonly TestCertificates _new = new("new");

    private string CaFile => _directory["ca.pem"];

    public void Dispose()
    {
        _log.Dispose();
        _old.Dispose();
        _new.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_agent_s_caCaFileis_read_at_each_connection()
    {
        await File.WriteAllTextAsync(CaFile, _old.AuthorityPem);
        await using FakePlane plane = await FakePlane.StartAsync(certificates: _new);
        using StateDirectory state = Key();
        using AgentKey key = new AgentKeyStore(state, _directory["machine-id"]).LoadOrCreate();
        using PlaneChannel channel = PlaneChannel.Open(
            RunningAgent.Onboarding(_directory, plane.Port).OnboardingEndpoint, TimeProvider.System, logger: _log.CreateLogger("trust"));
        var client = new PlaneClient(channel, key, TimeProvider.System, "v1");
        (await Should.ThrowAsync<OnboardingException>(() => client.GetPlaneAsync(CancellationToken.None))).ErrorId.ShouldBe(ErrorIds.CertificateNotTrusted);

        await File.WriteAllTextAsync(CaFile, _new.AuthorityPem);

        (await client.GetPlaneAsync(CancellationToken.None)).Uid.ShouldBe(plane.Uid);
    }

    [Fact]
    public async Task A_kubeconfig_s_certificate_authority_is_read_at_each_connection()
    {
        await File.WriteAllTextAsync(CaFile, _old.AuthorityPem);
        await using FakeApiServer server = await FakeApiServer.StartAsync(_new.Server("localhost", "127.0.0.1"), Answers.ConfigMap());
        await File.WriteAllTextAsync(_directory["kubeconfig"], $$$"""
            apiVersion: v1
            kind: Config
            current-context: c
            clusters: [{name: c, cluster: {server: "{{{server.Address}}}", certificate-authority: ca.pem}}]
            contexts: [{name: c, context: {cluster: c}}]
            """);
        using var client = new KubernetesClient(
            KubernetesClientConfiguration.BuildConfigFromConfigFile(_directory["kubeconfig"]), new KubernetesClientOptions { MaxRetries = 0 });
        await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1ConfigMap>("ns", "one"));

        await File.WriteAllTextAsync(CaFile, _new.AuthorityPem);

        (await client.GetAsync<V1ConfigMap>("ns", "one")).Metadata.Name.ShouldBe("one");
    }

    [Theory]
    [InlineData("half")]
    [InlineData("gone")]
    [InlineData("empty")]
    public void While_it_can_not_be_read_the_last_good_content_counts_and_is_warned_of_once(string how)
    {
        File.WriteAllText(CaFile, _old.AuthorityPem);
        var warnings = new List<string>();
        var file = new TrustFile(CaFile, warnings.Add);

        if (how == "gone")
        {
            File.Delete(CaFile);
        }
        else
        {
            File.WriteAllText(CaFile, how == "half" ? _old.AuthorityPem + "\n" + _new.AuthorityPem[..300] : "");
        }

        Thumbprints(file).ShouldBe([_old.Authority.Thumbprint]);
        Thumbprints(file).ShouldBe([_old.Authority.Thumbprint]);
        warnings.ShouldHaveSingleItem().ShouldContain(CaFile);

        File.WriteAllText(CaFile, _new.AuthorityPem);
        Thumbprints(file).ShouldBe([_new.Authority.Thumbprint]);
        warnings.Count.ShouldBe(1);
    }

    [Fact]
    public void A_file_that_is_bad_from_the_start_is_refused()
    {
        File.WriteAllText(CaFile, _old.AuthorityPem[..300]);
        Should.Throw<CryptographicException>(() => new TrustFile(CaFile));
    }

    [Fact]
    public void B13_a_certificate_that_can_not_be_read_does_not_take_the_others_with_it()
    {
        File.WriteAllText(CaFile, $"{_old.AuthorityPem}\n-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n");
        var warnings = new List<string>();

        Thumbprints(new TrustFile(CaFile, warnings.Add)).ShouldBe([_old.Authority.Thumbprint]);
        warnings.ShouldHaveSingleItem().ShouldContain("1 certificate");
    }

    [Fact]
    public async Task A_trust_domain_s_bundle_is_kept_while_its_file_is_half_written()
    {
        using var domain = new SpiffeDomain();
        string file = _directory["bundle.json"];
        await File.WriteAllTextAsync(file, domain.Bundle);
        var keys = new FileKeySource(file, _log.CreateLogger("bundle"));
        (await keys.GetAsync(null, CancellationToken.None)).Count.ShouldBe(2);

        await File.WriteAllTextAsync(file, domain.Bundle[..100]);

        (await keys.GetAsync(null, CancellationToken.None)).Count.ShouldBe(2);
        (await keys.GetAsync(null, CancellationToken.None)).Count.ShouldBe(2);
        _log.Entries.ShouldHaveSingleItem().Level.ShouldBe(LogLevel.Warning);
    }

    [Fact]
    public async Task B13_a_broken_key_in_a_bundle_does_not_take_the_others_with_it()
    {
        using var domain = new SpiffeDomain();
        string file = _directory["bundle.json"];
        await File.WriteAllTextAsync(file, domain.Bundle.Replace("\"keys\":[", "\"keys\":[{\"kty\":\"EC\",\"kid\":7},", StringComparison.Ordinal));

        (await new FileKeySource(file, _log.CreateLogger("bundle")).GetAsync(null, CancellationToken.None)).Count.ShouldBe(2);
    }

    private static string[] Thumbprints(TrustFile file) => [.. file.Certificates().Select(c => c.Thumbprint)];

    private StateDirectory Key()
    {
        File.WriteAllText(_directory["machine-id"], "0123456789abcdef0123456789abcdef\n");
        return StateDirectory.Open(_directory["state"], "process");
    }
}
