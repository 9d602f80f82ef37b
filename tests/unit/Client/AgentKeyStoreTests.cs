using System.Security.Cryptography;
using Onboarding.Client.Errors;
using Onboarding.Client.Keys;
using Onboarding.Client.State;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ClientTests;

public sealed class AgentKeyStoreTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryDirectory _directory = new();
    private readonly StateDirectory _state;
    private readonly AgentKeyStore _store;

    public AgentKeyStoreTests()
    {
        _state = StateDirectory.Open(_directory["state"], "service");
        File.WriteAllText(_directory["machine-id"], "0123456789abcdef0123456789abcdef\n");
        _store = new AgentKeyStore(_state, _directory["machine-id"]);
    }

    private string KeyPath => Path.Combine(_state.Path, "agent-key.pem");

    public void Dispose()
    {
        _state.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void The_first_start_makes_a_key_that_only_the_owner_can_read()
    {
        using AgentKey key = _store.LoadOrCreate();
        key.Origin.ShouldBe(AgentKeyOrigin.Created);
        File.GetUnixFileMode(KeyPath).ShouldBe(OwnerOnly);
        File.ReadAllText(KeyPath).ShouldStartWith("-----BEGIN PRIVATE KEY-----");
        Directory.GetFiles(_state.Path).Select(Path.GetFileName).Order().ShouldBe(["agent-key.pem", "lock", "machine-id.sha256"]);
    }

    [Fact]
    public void The_next_start_has_the_same_key()
    {
        using AgentKey first = _store.LoadOrCreate();
        using AgentKey second = _store.LoadOrCreate();
        second.Origin.ShouldBe(AgentKeyOrigin.Loaded);
        second.PublicKey.Thumbprint.ShouldBe(first.PublicKey.Thumbprint);
    }

    [Fact]
    public void What_it_signs_its_public_key_verifies()
    {
        using AgentKey key = _store.LoadOrCreate();
        byte[] signature = key.Sign("statement"u8);
        key.PublicKey.Verify("statement"u8, signature).ShouldBeTrue();
        key.PublicKey.Verify("another"u8, signature).ShouldBeFalse();
    }

    [Fact]
    public void Another_machine_gets_another_key()
    {
        using AgentKey first = _store.LoadOrCreate();
        File.WriteAllText(_directory["machine-id"], "ffffffffffffffffffffffffffffffff\n");
        using AgentKey second = _store.LoadOrCreate();
        second.Origin.ShouldBe(AgentKeyOrigin.ReplacedOnOtherMachine);
        second.PublicKey.Thumbprint.ShouldNotBe(first.PublicKey.Thumbprint);
        using AgentKey third = _store.LoadOrCreate();
        third.PublicKey.Thumbprint.ShouldBe(second.PublicKey.Thumbprint);
    }

    [Fact]
    public void A_machine_without_an_id_keeps_its_key()
    {
        File.Delete(_directory["machine-id"]);
        using AgentKey first = _store.LoadOrCreate();
        using AgentKey second = _store.LoadOrCreate();
        second.PublicKey.Thumbprint.ShouldBe(first.PublicKey.Thumbprint);
        File.ReadAllText(Path.Combine(_state.Path, "machine-id.sha256")).ShouldBe("none\n");
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused()
    {
        _store.LoadOrCreate().Dispose();
        File.SetUnixFileMode(KeyPath, OwnerOnly | UnixFileMode.GroupRead);
        ShouldBeUnusable("mode 0640");
    }

    [Fact]
    public void A_link_in_place_of_the_key_is_not_followed()
    {
        _store.LoadOrCreate().Dispose();
        File.Move(KeyPath, _directory["stolen.pem"]);
        File.CreateSymbolicLink(KeyPath, _directory["stolen.pem"]);
        ShouldBeUnusable("open ");
    }

    [Fact]
    public void A_key_without_its_machine_is_refused()
    {
        _store.LoadOrCreate().Dispose();
        File.Delete(Path.Combine(_state.Path, "machine-id.sha256"));
        ShouldBeUnusable("machine-id.sha256 is missing");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void What_is_no_key_is_refused(string content)
    {
        _store.LoadOrCreate().Dispose();
        File.WriteAllText(KeyPath, content);
        ShouldBeUnusable("P-256 private key");
    }

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        _store.LoadOrCreate().Dispose();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
        ShouldBeUnusable("P-256 private key");
    }

    private void ShouldBeUnusable(string why)
    {
        OnboardingException e = Should.Throw<OnboardingException>(_store.LoadOrCreate);
        e.ErrorId.ShouldBe(ErrorIds.AgentKeyUnusable);
        e.Message.ShouldContain(KeyPath);
        e.Message.ShouldContain(why);
        e.NextStep.ShouldContain($"ls -l {_state.Path}");
    }
}
