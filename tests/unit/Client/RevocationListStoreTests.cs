using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Connections;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Unit.ClientTests;

/// <summary>Revocation lists in a boot configuration: there or not by the core, which ones by the live part.</summary>
public sealed class RevocationListStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create();
    private readonly BootConfigurationStore _store;
    private readonly string _lists;

    public RevocationListStoreTests()
    {
        _store = new BootConfigurationStore(_directory.Path, DurableFiles.Instance);
        _lists = _authority.RevocationList(DateTimeOffset.UtcNow.AddDays(1)) + "\n";
    }

    private string Path => _directory["boot/current/ca-crl.pem"];

    public void Dispose()
    {
        _directory.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void Lists_are_a_file_of_the_version_and_none_are_no_file()
    {
        _store.Apply(Boot(1, _lists), "uid-1");
        File.ReadAllText(Path).ShouldBe(_lists);

        _store.Apply(Boot(2, ""), "uid-1");
        File.Exists(Path).ShouldBeFalse();
    }

    [Fact]
    public void Other_lists_replace_those_in_force_and_neither_come_nor_go_without_a_restart()
    {
        string later = _authority.RevocationList(DateTimeOffset.UtcNow.AddDays(2)) + "\n";
        _store.Apply(Boot(1, _lists), "uid-1");
        _store.ApplyLive(Live(2, later), "uid-1");
        File.ReadAllText(Path).ShouldBe(later);
        _store.ApplyLive(Live(3, ""), "uid-1");
        File.ReadAllText(Path).ShouldBe(later);

        _store.Apply(Boot(4, ""), "uid-1");
        _store.ApplyLive(Live(5, later), "uid-1");
        File.Exists(Path).ShouldBeFalse();
    }

    /// <summary>Attack: a compromised plane sends a list that a proxy refuses, and its peers with it.</summary>
    [Theory]
    [InlineData("revoked: all\n")]
    [InlineData("-----BEGIN X509 CRL-----\nMA==\n-----END X509 CRL-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n")]
    public void What_is_no_list_is_not_put_in_force(string lists)
    {
        _store.Apply(Boot(1, _lists), "uid-1");

        Should.Throw<OnboardingException>(() => _store.Apply(Boot(2, lists), "uid-1")).ErrorId.ShouldBe(ErrorIds.BootConfigurationUnsafe);
        Should.Throw<OnboardingException>(() => _store.ApplyLive(Live(2, lists), "uid-1")).ErrorId.ShouldBe(ErrorIds.BootConfigurationUnsafe);

        File.ReadAllText(Path).ShouldBe(_lists);
    }

    [Fact]
    public void A_diff_names_the_file()
    {
        _store.Apply(Boot(1, ""), "uid-1");
        Rpc.BootConfiguration pending = Boot(2, _lists);
        pending.Pending = true;
        _store.Keep(pending, "uid-1");

        BootConfigurationDiff.Between(
            new BootFiles(_store.Current!, "", "", "", ""),
            PendingBootConfiguration.Read(_directory.Path)! with { ClusterEnv = "", MeshYaml = "", RootCertificates = "", Hosts = "" })
            .ShouldHaveSingleItem().File.ShouldBe("ca-crl.pem");
    }

    [Fact]
    public void A_text_with_anything_beside_the_lists_is_none()
    {
        RevocationListText.IsValid(_lists).ShouldBeTrue();
        RevocationListText.IsValid(_lists + _lists).ShouldBeTrue();
        RevocationListText.IsValid("# comment\n" + _lists).ShouldBeFalse();
        RevocationListText.IsValid(_lists + "x").ShouldBeFalse();
        RevocationListText.IsValid(" \n").ShouldBeFalse();
    }

    private static Rpc.BootConfiguration Boot(long generation, string lists)
    {
        Rpc.BootConfiguration boot = BootConfigurations.Make(generation);
        boot.CaCrlPem = lists;
        return boot;
    }

    private static Rpc.LiveConfiguration Live(long generation, string lists) => new()
    {
        Version = new Rpc.BootConfigurationVersion { Generation = generation, CoreHash = "core-1", LiveHash = $"live-{generation}" },
        RegistrationUid = "uid-1",
        Hosts = "127.0.0.1 istiod.istio-system.svc\n",
        CaCrlPem = lists,
    };
}
