using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar;
using Onboarding.Testing.Clouds;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests.Istio;

/// <summary>Revocation lists lie where pilot-agent looks for them, and Envoy sees each change as a new file of the old one's name.</summary>
public sealed class RevocationListInstallTests : IDisposable
{
    private const string Place = "var/run/secrets/istio/crl/ca-crl.pem";
    private readonly IstioMachine _machine = new();
    private readonly CertificateAuthority _authority = CertificateAuthority.Create();

    public void Dispose()
    {
        _machine.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task They_come_with_a_start_change_under_the_running_sidecar_and_go_with_a_start()
    {
        await StartAsync("");
        File.Exists(Installed).ShouldBeFalse();

        await StartAsync(Lists(1));
        File.ReadAllText(Installed).ShouldBe(Lists(1));
        using FileStream open = File.OpenRead(Installed);

        _machine.Host.InstallLive(_machine.BootWith(Lists(2)));
        File.ReadAllText(Installed).ShouldBe(Lists(2));
        new StreamReader(open).ReadToEnd().ShouldBe(Lists(1), "a reader of the old file never sees half of the new one");

        await StartAsync("");
        Directory.Exists(_machine.Root["var/run/secrets/istio"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Lists_that_are_the_same_stay_the_same_file_when_a_token_is_renewed()
    {
        string boot = _machine.BootWith(Lists(1));
        await _machine.Host.PrepareAsync(new SidecarStart(boot, "core"));
        File.SetLastWriteTimeUtc(Installed, DateTime.UnixEpoch);

        _machine.Host.InstallLive(boot);

        File.GetLastWriteTimeUtc(Installed).ShouldBe(DateTime.UnixEpoch);
    }

    [Fact]
    public async Task They_go_when_the_machine_leaves_and_come_again_when_it_joins_again()
    {
        await StartAsync(Lists(1));
        await _machine.Host.RemoveAsync();
        Directory.Exists(_machine.Root["var/run/secrets/istio"]).ShouldBeFalse();

        await StartAsync(Lists(1));
        File.ReadAllText(Installed).ShouldBe(Lists(1));
    }

    /// <summary>Attack: the sidecar's user, who owns the directory, has root write through a link.</summary>
    [Theory]
    [InlineData("istio")]
    [InlineData("istio/crl")]
    public async Task A_link_in_the_place_of_a_directory_is_not_followed(string name)
    {
        Directory.CreateDirectory(_machine.Root["elsewhere/crl"]);
        Directory.CreateDirectory(Path.GetDirectoryName(_machine.Root[$"var/run/secrets/{name}"])!);
        File.CreateSymbolicLink(_machine.Root[$"var/run/secrets/{name}"], _machine.Root["elsewhere"]);

        (await Should.ThrowAsync<OnboardingException>(() => StartAsync(Lists(1)))).ErrorId.ShouldBe(ErrorIds.SidecarDirectoryUnsafe);

        Directory.GetFiles(_machine.Root["elsewhere"], "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private string Installed => _machine.Root[Place];

    private readonly Dictionary<int, string> _lists = [];

    private string Lists(int number)
    {
        if (!_lists.TryGetValue(number, out string? lists))
        {
            _lists[number] = lists = _authority.RevocationList(DateTimeOffset.UtcNow.AddDays(number)) + "\n";
        }

        return lists;
    }

    private Task<IReadOnlyList<SidecarNotice>> StartAsync(string lists) => _machine.Host.PrepareAsync(new SidecarStart(_machine.BootWith(lists), "core"));
}
