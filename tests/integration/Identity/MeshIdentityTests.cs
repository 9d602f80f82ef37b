using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Identity;
using Onboarding.Client.Events;
using Onboarding.Client.Identity;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Identity;

/// <summary>The machine's identity in the mesh for other programs on it: where it comes from, how long it stays.</summary>
public class MeshIdentityTests
{
    [Fact]
    public async Task It_is_the_boot_configurations_with_a_key_of_its_own_and_renewed_half_way_through_its_life()
    {
        await using ServedIdentity served = await ServedIdentity.CreateAsync();
        served.Keep();
        MeshSvid first = await served.SvidAsync();

        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(first.Chain[0]);
        AlternativeNames.FromCertificate(leaf).Uris.ShouldBe([ServedIdentity.SpiffeId]);
        using ECDsa key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(first.Key, out _);
        leaf.PublicKey.ExportSubjectPublicKeyInfo().ShouldBe(key.ExportSubjectPublicKeyInfo());
        first.Lifetime.ShouldBe(TimeSpan.FromHours(24));
        first.TrustDomain.ShouldBe("spiffe://cluster.local");
        using X509Certificate2 root = X509Certificate2.CreateFromPem(served.Files["root-cert.pem"]);
        first.Bundle.ShouldHaveSingleItem().ShouldBe(root.RawData);

        await served.AdvanceAsync(TimeSpan.FromHours(11.5));
        served.Identity.Now.Svid.ShouldBeSameAs(first);
        await served.AdvanceAsync(TimeSpan.FromHours(1));
        (await served.SvidAsync(first)).Key.ShouldNotBe(first.Key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_token_that_is_good_its_certificate_proves_who_asks(bool isKnownToHaveExpired)
    {
        await using ServedIdentity served = await ServedIdentity.CreateAsync();
        served.Keep();
        MeshSvid first = await served.SvidAsync();

        served.Files["istio-token"] = "a token that the authority does not know";
        if (isKnownToHaveExpired)
        {
            served.Boot = served.Boot! with { TokenExpiresAt = served.Time.GetUtcNow() };
        }

        await served.AdvanceAsync(TimeSpan.FromHours(13));
        await served.SvidAsync(first);
    }

    [Fact]
    public async Task A_certificate_of_another_identity_than_the_planes_is_given_to_no_one()
    {
        await using ServedIdentity served = await ServedIdentity.CreateAsync();
        served.Boot = served.Boot! with { SpiffeId = "spiffe://cluster.local/ns/bookinfo/sa/admin" };
        served.Keep();

        await Eventually.Is(() => served.Log.Entries.Any(e => e.EventId.Name == "MeshIdentityFailed"), "it says so");
        served.Log.Text.ShouldContain(ServedIdentity.SpiffeId);
        served.Identity.Now.Svid.ShouldBeNull();
    }

    [Fact]
    public async Task A_machine_that_is_out_has_none_and_one_with_another_identity_never_the_one_before()
    {
        await using ServedIdentity served = await ServedIdentity.CreateAsync();
        served.Keep();
        await served.SvidAsync();

        served.Boot = served.Boot! with { SpiffeId = "spiffe://cluster.local/ns/bookinfo/sa/admin" };
        served.Events.Tell(new AgentEvent.SidecarStopped());
        await Eventually.Is(() => served.Identity.Now.Svid is null, "the other identity's is gone");

        served.Boot = null;
        served.Events.Tell(new AgentEvent.SidecarStopped());
        await served.AdvanceAsync(TimeSpan.FromMinutes(1));
        served.Identity.Now.Svid.ShouldBeNull();
    }

    [Fact]
    public async Task A_boot_configuration_that_restarts_the_sidecar_renews_it_and_another_root_is_in_the_bundle()
    {
        await using ServedIdentity served = await ServedIdentity.CreateAsync();
        served.Keep();
        MeshSvid first = await served.SvidAsync();
        using var next = new TestCertificates("Next root");

        served.Files["root-cert.pem"] += next.AuthorityPem;
        served.Boot = served.Boot! with { CoreHash = "core-2" };
        served.Events.Tell(new AgentEvent.SidecarStopped());

        MeshSvid second = await served.SvidAsync(first);
        second.Bundle.ShouldContain(der => der.SequenceEqual(next.Authority.RawData));
        second.Bundle.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task A_clock_that_is_hours_off_delays_no_renewal(int hours)
    {
        await using ServedIdentity served = await ServedIdentity.CreateAsync(TimeSpan.FromHours(hours));
        served.Keep();
        MeshSvid first = await served.SvidAsync();
        await served.AdvanceAsync(TimeSpan.FromHours(11.5));
        served.Identity.Now.Svid.ShouldBeSameAs(first);
        await served.AdvanceAsync(TimeSpan.FromHours(1));
        await served.SvidAsync(first);
    }

    [Fact]
    public async Task An_authority_that_is_away_is_asked_again_and_the_log_says_so_once()
    {
        await using ServedIdentity served = await ServedIdentity.CreateAsync();
        string hosts = served.Files["hosts"];
        served.Files["hosts"] = hosts.Replace("127.0.0.1", "127.9.9.9", StringComparison.Ordinal);
        served.Keep();
        for (int failed = 1; failed < 5; failed++)
        {
            await Eventually.Is(() => served.Identity.Failed >= failed, "it asks again");
            await served.AdvanceAsync(TimeSpan.FromSeconds(30));
        }

        served.Log.Entries.Count(e => e.EventId.Name == "MeshIdentityFailed").ShouldBe(1);
        served.Log.Text.ShouldContain("127.9.9.9");
        served.Files["hosts"] = hosts;
        await served.AdvanceAsync(TimeSpan.FromSeconds(30));
        await served.SvidAsync();
    }

    [Fact]
    public async Task After_a_suspend_that_outlived_it_there_is_another_and_never_the_expired_one()
    {
        await using ServedIdentity served = await ServedIdentity.CreateAsync();
        served.Keep();
        MeshSvid first = await served.SvidAsync();
        string hosts = served.Files["hosts"];
        served.Files["hosts"] = hosts.Replace("127.0.0.1", "127.9.9.9", StringComparison.Ordinal);

        await served.AdvanceAsync(TimeSpan.FromHours(30));
        await Eventually.Is(() => served.Identity.Now.Svid is null, "the expired one is gone");
        served.Files["hosts"] = hosts;
        await served.AdvanceAsync(TimeSpan.FromSeconds(30));
        await served.SvidAsync(first);
    }
}
