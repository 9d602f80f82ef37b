using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests.Istio;

/// <summary>A sidecar begins with the identity it was given, and a machine that left has none: pilot-agent would go on with the pair of before.</summary>
public sealed class ProxyCertificateTests : IDisposable
{
    private readonly IstioMachine _machine = new();
    private readonly TestCertificates _authority = new("cluster.local");

    private string Root => _authority.AuthorityPem;

    public void Dispose()
    {
        _machine.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task The_pair_of_another_group_is_removed_before_the_start()
    {
        await StartedAsync(IstioMachine.Ratings);
        await _machine.StartAsync(IstioMachine.Details, Root);
        File.Exists(_machine.Chain).ShouldBeFalse();
        File.Exists(_machine.Key).ShouldBeFalse();
    }

    [Fact]
    public async Task The_pair_of_this_identity_and_these_roots_stays()
    {
        await StartedAsync(IstioMachine.Ratings);
        await _machine.StartAsync(IstioMachine.Ratings, Root);
        _machine.HasPair.ShouldBeTrue();
    }

    [Fact]
    public async Task An_authority_that_was_replaced_under_its_old_name_is_noticed_by_its_signature()
    {
        using var replaced = new TestCertificates("cluster.local");
        await StartedAsync(IstioMachine.Ratings);
        await _machine.StartAsync(IstioMachine.Ratings, replaced.AuthorityPem);
        _machine.HasPair.ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_root_added_beside_the_old_one_wipes_nothing(bool first)
    {
        using var added = new TestCertificates("cluster.local");
        await StartedAsync(IstioMachine.Ratings);
        await _machine.StartAsync(IstioMachine.Ratings, first ? [added.AuthorityPem, Root] : [Root, added.AuthorityPem]);
        _machine.HasPair.ShouldBeTrue();
    }

    [Fact]
    public async Task Roots_that_can_not_be_read_wipe_nothing()
    {
        await StartedAsync(IstioMachine.Ratings);
        await _machine.StartAsync(IstioMachine.Ratings, "no certificate at all");
        _machine.HasPair.ShouldBeTrue();
    }

    [Fact]
    public async Task Leaving_removes_the_pair_and_nothing_beside_it()
    {
        File.WriteAllText(_machine.Root["etc/certs/theirs.pem"], "theirs");
        await StartedAsync(IstioMachine.Ratings);
        await _machine.Host.RemoveAsync();
        Directory.GetFileSystemEntries(_machine.Root["etc/certs"]).ShouldBe([_machine.Root["etc/certs/theirs.pem"]]);
    }

    [Fact]
    public async Task The_pair_is_found_where_the_administrator_has_it_kept()
    {
        Directory.CreateDirectory(_machine.Root["var/lib/istio/envoy"]);
        string settings = _machine.Root["var/lib/istio/envoy/sidecar.env"];
        string elsewhere = _machine.Root["srv/mesh-certs"];
        File.WriteAllText(settings, "PROV_CERT=/srv/mesh-certs\nOUTPUT_CERTS='./srv/mesh-certs'\nISTIO_LOG_DIR=/srv/logs\n");
        IstioLogs.In(_machine.Root.Path)[0].Path.ShouldBe(_machine.Root["srv/logs/istio.log"]);
        await _machine.StartAsync(IstioMachine.Ratings, Root);
        File.Exists(Path.Combine(elsewhere, "root-cert.pem")).ShouldBeTrue();
        (string chain, string key) = IstioMachine.Issue(_authority.Authority, IstioMachine.Ratings);
        File.WriteAllText(Path.Combine(elsewhere, "cert-chain.pem"), chain);
        File.WriteAllText(Path.Combine(elsewhere, "key.pem"), key);
        await _machine.Host.FindProblemAsync(CancellationToken.None);

        // Another group: not with the pair of before, wherever it is kept by now.
        File.WriteAllText(settings, "");
        await _machine.StartAsync(IstioMachine.Details, Root);
        Directory.GetFiles(elsewhere, "*-chain.pem").ShouldBeEmpty();
        Directory.GetFiles(elsewhere, "key.pem").ShouldBeEmpty();

        // Someone's own where no sidecar looks is left alone, and hinders nothing.
        (chain, key) = IstioMachine.Issue(_authority.Authority, "spiffe://elsewhere/ns/a/sa/b");
        File.WriteAllText(Path.Combine(elsewhere, "cert-chain.pem"), chain);
        File.WriteAllText(Path.Combine(elsewhere, "key.pem"), key);
        await _machine.StartAsync(IstioMachine.Details, Root);
        await _machine.Host.RemoveAsync();
        File.ReadAllText(Path.Combine(elsewhere, "key.pem")).ShouldBe(key);
    }

    [Fact]
    public async Task A_pair_that_Istio_did_not_write_refuses_the_start_and_is_never_removed()
    {
        (string Chain, string Key) theirs = IstioMachine.Issue(_authority.Authority, IstioMachine.Details);
        _machine.Write(theirs);
        OnboardingException refused = await Should.ThrowAsync<OnboardingException>(() => _machine.StartAsync(IstioMachine.Ratings, Root));
        refused.ErrorId.ShouldBe(ErrorIds.ForeignCertificate);
        refused.Message.ShouldContain(IstioMachine.Details);
        refused.NextStep.ShouldContain($"sudo rm {_machine.Chain} {_machine.Key}");
        await _machine.Host.RemoveAsync();
        File.ReadAllText(_machine.Chain).ShouldBe(theirs.Chain);
        File.ReadAllText(_machine.Key).ShouldBe(theirs.Key);
    }

    [Fact]
    public async Task One_put_there_while_the_machine_was_a_member_is_not_removed_either()
    {
        await StartedAsync(IstioMachine.Ratings);
        _machine.Write(IstioMachine.Issue(_authority.Authority, "spiffe://elsewhere/ns/a/sa/b"));
        await _machine.Host.FindProblemAsync(CancellationToken.None);
        await _machine.Host.RemoveAsync();
        _machine.HasPair.ShouldBeTrue();
        (await Should.ThrowAsync<OnboardingException>(() => _machine.StartAsync(IstioMachine.Ratings, Root))).ErrorId.ShouldBe(ErrorIds.ForeignCertificate);
    }

    [Fact]
    public async Task One_that_the_machine_was_given_beforehand_for_this_very_identity_is_used()
    {
        _machine.Write(IstioMachine.Issue(_authority.Authority, IstioMachine.Ratings));
        await _machine.StartAsync(IstioMachine.Ratings, Root);
        _machine.HasPair.ShouldBeTrue();
    }

    [Fact]
    public async Task A_renewed_pair_is_known_even_where_its_names_can_not_be_read()
    {
        await StartedAsync(IstioMachine.Ratings);
        await _machine.Host.FindProblemAsync(CancellationToken.None);
        // What a state directory of before the identities were noted knows: the files alone.
        CertificateRecord record = CertificateRecord.Read(_machine.State.Path);
        record.Hashes.Count.ShouldBe(2);
        (record with { Identities = [] }).Write(_machine.State.Path);
        await _machine.StartAsync(IstioMachine.Details, Root);
        _machine.HasPair.ShouldBeFalse();
    }

    [Fact]
    public async Task An_expired_pair_stays_since_pilot_agent_takes_the_token_by_itself()
    {
        await _machine.StartAsync(IstioMachine.Ratings, Root);
        _machine.Write(IstioMachine.Issue(_authority.Authority, IstioMachine.Ratings, DateTimeOffset.UtcNow.AddHours(-1)));
        await _machine.StartAsync(IstioMachine.Ratings, Root);
        _machine.HasPair.ShouldBeTrue();
    }

    /// <summary>What a crash, or a power cut, leaves of a pair that the sidecar was about to write.</summary>
    [Theory]
    [InlineData("key of a renewal")]
    [InlineData("key alone")]
    [InlineData("certificate alone")]
    [InlineData("empty files")]
    [InlineData("half a certificate")]
    public async Task Half_a_pair_that_the_sidecar_left_is_removed(string left)
    {
        await StartedAsync(IstioMachine.Ratings);
        (string chain, string key) = IstioMachine.Issue(_authority.Authority, IstioMachine.Ratings);
        switch (left)
        {
            case "key of a renewal":
                File.WriteAllText(_machine.Key, key);
                break;
            case "key alone":
                File.WriteAllText(_machine.Key, key);
                File.Delete(_machine.Chain);
                break;
            case "certificate alone":
                File.Delete(_machine.Key);
                break;
            case "empty files":
                _machine.Write(("", ""));
                break;
            default:
                _machine.Write((chain[..100], key));
                break;
        }

        AsTheSidecars(_machine.Chain, _machine.Key);
        await _machine.StartAsync(IstioMachine.Ratings, Root);
        (File.Exists(_machine.Chain), File.Exists(_machine.Key)).ShouldBe((false, false));
    }

    [Fact]
    public async Task A_key_alone_that_no_sidecar_of_this_agent_wrote_is_foreign()
    {
        File.WriteAllText(_machine.Key, IstioMachine.Issue(_authority.Authority, IstioMachine.Ratings).Key);
        (await Should.ThrowAsync<OnboardingException>(() => _machine.StartAsync(IstioMachine.Ratings, Root))).ErrorId.ShouldBe(ErrorIds.ForeignCertificate);
        File.Exists(_machine.Key).ShouldBeTrue();
    }

    /// <summary>pilot-agent writes files; a link would have root read, and the sidecar write, what lies elsewhere.</summary>
    [Theory]
    [InlineData("link")]
    [InlineData("dangling link")]
    [InlineData("directory")]
    [InlineData("pipe")]
    public async Task What_is_no_file_is_foreign_and_is_neither_followed_nor_removed(string what)
    {
        string elsewhere = _machine.Root["elsewhere.pem"];
        switch (what)
        {
            case "link":
                File.WriteAllText(elsewhere, IstioMachine.Issue(_authority.Authority, IstioMachine.Ratings).Chain);
                File.CreateSymbolicLink(_machine.Chain, elsewhere);
                break;
            case "dangling link":
                File.CreateSymbolicLink(_machine.Chain, elsewhere);
                break;
            case "directory":
                Directory.CreateDirectory(_machine.Chain);
                break;
            default:
                using (var made = System.Diagnostics.Process.Start("mkfifo", [_machine.Chain]))
                {
                    await made.WaitForExitAsync();
                }

                break;
        }

        (await Should.ThrowAsync<OnboardingException>(() => _machine.StartAsync(IstioMachine.Ratings, Root))).ErrorId.ShouldBe(ErrorIds.ForeignCertificate);
        await _machine.Host.RemoveAsync();
        SecureFiles.Look(_machine.Chain).ShouldNotBeNull();
        File.Exists(elsewhere).ShouldBe(what == "link");
    }

    [Fact]
    public async Task What_the_sidecar_was_issued_is_noted_once_and_survives_a_killed_agent()
    {
        await StartedAsync(IstioMachine.Ratings);
        await _machine.Host.FindProblemAsync(CancellationToken.None);
        byte[] noted = File.ReadAllBytes(_machine.State["istio-certificates.json"]);
        await _machine.Host.FindProblemAsync(CancellationToken.None);
        File.ReadAllBytes(_machine.State["istio-certificates.json"]).ShouldBe(noted);
        File.GetUnixFileMode(_machine.State["istio-certificates.json"]).ShouldBe(FileModes.Secret);
    }

    private async Task StartedAsync(string identity)
    {
        await _machine.StartAsync(identity, Root);
        _machine.Write(IstioMachine.Issue(_authority.Authority, identity));
        AsTheSidecars(_machine.Chain, _machine.Key);
    }

    private static void AsTheSidecars(params string[] paths)
    {
        foreach (string path in paths.Where(p => LibC.EffectiveUserId() == 0 && File.Exists(p)))
        {
            LibC.ChangeOwner(path, IstioMachine.Proxy, IstioMachine.Proxy).ShouldBe(0);
        }
    }
}
