using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests.Istio;

/// <summary><c>/var/run/secrets</c> is the sidecar's before each start, and what its user plants there leads root nowhere.</summary>
public sealed class SecretsDirectoryTests : IDisposable
{
    private const string Secrets = "var/run/secrets";
    private readonly IstioMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task It_is_given_to_istio_proxy_before_each_start()
    {
        Capability.Root.Require();
        await StartAsync();
        Owner(Secrets).ShouldBe((IstioMachine.Proxy, "755"));
        Owner($"{Secrets}/tokens").ShouldBe((0u, "755"));
        Owner($"{Secrets}/tokens/istio-token").ShouldBe((IstioMachine.Proxy, "600"));
        // A reboot empties it, and another program makes it again.
        LibC.ChangeOwner(_machine.Root[Secrets], 0, 0).ShouldBe(0);
        File.SetUnixFileMode(_machine.Root[Secrets], FileModes.SecretDirectory);
        File.SetUnixFileMode(_machine.Root[$"{Secrets}/tokens"], FileModes.SecretDirectory);
        await StartAsync();
        Owner(Secrets).ShouldBe((IstioMachine.Proxy, "755"));
        Owner($"{Secrets}/tokens").ShouldBe((0u, "755"));
    }

    [Fact]
    public async Task Nothing_below_it_is_given_away()
    {
        Capability.Root.Require();
        Directory.CreateDirectory(_machine.Root[$"{Secrets}/kubernetes.io/serviceaccount"]);
        File.WriteAllText(_machine.Root[$"{Secrets}/kubernetes.io/serviceaccount/token"], "theirs");
        Directory.CreateDirectory(_machine.Root[$"{Secrets}/tokens"]);
        File.WriteAllText(_machine.Root[$"{Secrets}/tokens/other"], "theirs");
        await StartAsync();
        await _machine.Host.RemoveAsync();
        Owner($"{Secrets}/kubernetes.io").UserId.ShouldBe(0u);
        Owner($"{Secrets}/kubernetes.io/serviceaccount/token").UserId.ShouldBe(0u);
        File.ReadAllText(_machine.Root[$"{Secrets}/tokens/other"]).ShouldBe("theirs");
    }

    /// <summary>Attack: the sidecar's user owns the directory, and puts a link to one of root's in the place of the next.</summary>
    [Theory]
    [InlineData(Secrets)]
    [InlineData($"{Secrets}/tokens")]
    public async Task A_planted_link_is_not_followed(string place)
    {
        string theirs = Directory.CreateDirectory(_machine.Root["root-only"]).FullName;
        File.SetUnixFileMode(theirs, FileModes.SecretDirectory);
        Directory.CreateDirectory(Path.GetDirectoryName(_machine.Root[place])!);
        Directory.CreateSymbolicLink(_machine.Root[place], theirs);
        OnboardingException refused = await Should.ThrowAsync<OnboardingException>(StartAsync);
        refused.ErrorId.ShouldBe(ErrorIds.SidecarDirectoryUnsafe);
        refused.Message.ShouldContain(_machine.Root[place]);
        Should.Throw<OnboardingException>(() => _machine.Host.InstallLive(_machine.Boot(IstioMachine.Ratings)));
        Directory.GetFileSystemEntries(theirs).ShouldBeEmpty();
        File.GetUnixFileMode(theirs).ShouldBe(FileModes.SecretDirectory);
        SecureFiles.Look(theirs)!.Value.UserId.ShouldBe(LibC.EffectiveUserId());
    }

    /// <summary>The same where Istio's package gives the directory above to its user: <c>/var/lib/istio</c>.</summary>
    [Fact]
    public async Task A_link_in_a_directory_of_the_sidecars_user_is_not_followed_anywhere()
    {
        Capability.Root.Require();
        string theirs = Directory.CreateDirectory(_machine.Root["etc/cron.d"]).FullName;
        Directory.CreateDirectory(_machine.Root["var/lib/istio"]);
        LibC.ChangeOwner(_machine.Root["var/lib/istio"], IstioMachine.Proxy, IstioMachine.Proxy).ShouldBe(0);
        Directory.CreateSymbolicLink(_machine.Root["var/lib/istio/config"], theirs);
        await Should.ThrowAsync<IOException>(StartAsync);
        Directory.GetFileSystemEntries(theirs).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_planted_link_in_the_place_of_the_token_is_replaced_and_not_written_through()
    {
        File.WriteAllText(_machine.Root["shadow"], "theirs");
        Directory.CreateDirectory(_machine.Root[$"{Secrets}/tokens"]);
        File.CreateSymbolicLink(_machine.Root[$"{Secrets}/tokens/istio-token"], _machine.Root["shadow"]);
        await StartAsync();
        File.ReadAllText(_machine.Root["shadow"]).ShouldBe("theirs");
        SecureFiles.Look(_machine.Root[$"{Secrets}/tokens/istio-token"])!.Value.IsRegularFile.ShouldBeTrue();
    }

    [Fact]
    public async Task Var_run_may_be_the_link_that_it_is_on_every_system()
    {
        Directory.CreateDirectory(_machine.Root["run"]);
        Directory.CreateDirectory(_machine.Root["var"]);
        Directory.CreateSymbolicLink(_machine.Root["var/run"], "../run");
        await StartAsync();
        File.ReadAllText(_machine.Root["run/secrets/tokens/istio-token"]).ShouldBe("istio-token-1");
    }

    [Fact]
    public async Task Leaving_removes_token_and_socket_and_keeps_what_others_put_there()
    {
        await StartAsync();
        string identity = Directory.CreateDirectory(_machine.Root[$"{Secrets}/workload-spiffe-uds"]).FullName;
        using (var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
        {
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(identity, "socket")));
            File.WriteAllText(Path.Combine(identity, "theirs"), "");
            await _machine.Host.RemoveAsync();
        }

        Directory.GetFileSystemEntries(_machine.Root[Secrets], "*", SearchOption.AllDirectories)
            .ShouldBe([identity, Path.Combine(identity, "theirs")], ignoreOrder: true);
    }

    [Fact]
    public async Task What_a_killed_agent_left_half_written_is_replaced()
    {
        await StartAsync();
        File.WriteAllText(_machine.Root[$"{Secrets}/tokens/.istio-token.onboarding-agent"], "half");
        await StartAsync();
        Directory.GetFileSystemEntries(_machine.Root[$"{Secrets}/tokens"]).ShouldBe([_machine.Root[$"{Secrets}/tokens/istio-token"]]);
    }

    private Task StartAsync() => _machine.StartAsync(IstioMachine.Ratings);

    private (uint UserId, string Mode) Owner(string path)
    {
        FileFacts facts = SecureFiles.Look(_machine.Root[path])!.Value;
        return (facts.UserId, Convert.ToString(facts.Permissions, 8));
    }
}
