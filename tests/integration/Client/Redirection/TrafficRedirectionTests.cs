using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Client.Sidecar.Istio.Redirection;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests.Redirection;

/// <summary>Which programs are run, in which order; what they really do to rules is seen in namespaces (tests/e2e/Machines).</summary>
public sealed class TrafficRedirectionTests : IDisposable
{
    private static readonly SidecarEnvironment First = new(Bytes("# of the administrator\n"), Bytes("ISTIO_META_DNS_CAPTURE='true'\n"));
    private static readonly SidecarEnvironment Second = new(Bytes(""), Bytes("NATIVE_NFTABLES=true\n"));
    private readonly TemporaryDirectory _root = new();
    private readonly TemporaryDirectory _state = new();
    private readonly RedirectionRecord _record;
    private readonly TrafficRedirection _redirection;

    public TrafficRedirectionTests()
    {
        File.SetUnixFileMode(_state.Path, FileModes.SecretDirectory);
        Directory.CreateDirectory(_root["usr/local/bin"]);
        Directory.CreateDirectory(_root["usr/sbin"]);
        _record = new RedirectionRecord(_state.Path);
        _redirection = new TrafficRedirection(_root.Path, _record, NullLogger.Instance);
        ShellScript.Write(_root, "usr/local/bin/istio-start.sh", $"echo \"$1 $PWD $(cat \"$ISTIO_SIDECAR_CONFIG\" \"$ISTIO_CLUSTER_CONFIG\")\" >> {_root["log"]}");
    }

    private string[] Log => File.Exists(_root["log"]) ? File.ReadAllLines(_root["log"]) : [];

    public void Dispose()
    {
        _root.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task What_was_made_is_undone_with_the_environment_that_made_it_and_once()
    {
        await _redirection.PrepareAsync(First, captures: false);
        Log.ShouldBeEmpty();
        await _redirection.PrepareAsync(Second, captures: false);
        Log.ShouldBeGolden();
        await _redirection.UndoAsync();
        Log.Length.ShouldBe(3);
        Log[2].ShouldBe($"clean {_root.Path} NATIVE_NFTABLES=true");
        await _redirection.UndoAsync();
        Log.Length.ShouldBe(3);
    }

    [Fact]
    public async Task An_agent_that_was_killed_finds_the_record()
    {
        await _redirection.PrepareAsync(First, captures: false);
        foreach (string name in (string[])["sidecar.env", "cluster.env"])
        {
            File.GetUnixFileMode(_state[$"redirection/{name}"]).ShouldBe(FileModes.Secret);
        }

        await new TrafficRedirection(_root.Path, new RedirectionRecord(_state.Path), NullLogger.Instance).UndoAsync();
        Log[0].ShouldStartWith("clean ");
    }

    [Theory]
    [InlineData("ISTIO_CUSTOM_IP_TABLES=true\n", "")]
    [InlineData("", "ISTIO_CUSTOM_IP_TABLES=true\n")]
    public async Task The_administrator_s_own_rules_are_not_touched(string sidecar, string cluster)
    {
        Rules("*nat\n:ISTIO_OUTPUT - [0:0]\n-A OUTPUT -j ISTIO_OUTPUT\nCOMMIT\n");
        await _redirection.PrepareAsync(new SidecarEnvironment(Bytes(sidecar), Bytes(cluster)), captures: false);
        await _redirection.UndoAsync();
        Log.ShouldBeEmpty();
        _record.Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task What_no_record_tells_of_is_removed_before_a_start()
    {
        Rules("*nat\n:ISTIO_OUTPUT - [0:0]\n-A OUTPUT -j ISTIO_OUTPUT\nCOMMIT\n");
        ShellScript.Write(_root, "usr/sbin/iptables-nft", $"echo \"$*\" >> {_root["log"]}; case \"$*\" in *-X*) : > {_root["rules"]};; esac");
        await _redirection.PrepareAsync(First, captures: false);
        Log.ShouldBe(["-w 10 -t nat -D OUTPUT -j ISTIO_OUTPUT", "-w 10 -t nat -F ISTIO_OUTPUT", "-w 10 -t nat -X ISTIO_OUTPUT"]);
    }

    [Fact]
    public async Task Rules_that_do_not_go_keep_the_sidecar_from_starting_and_the_record()
    {
        await _redirection.PrepareAsync(First, captures: false);
        Rules("*nat\n:ISTIO_OUTPUT - [0:0]\nCOMMIT\n");
        ShellScript.Write(_root, "usr/sbin/iptables-nft", "echo 'Another app is currently holding the xtables lock.' >&2; exit 4");
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(() => _redirection.PrepareAsync(Second, captures: false));
        e.ErrorId.ShouldBe(ErrorIds.RedirectionNotRemoved);
        e.Message.ShouldContain("iptables-nft -t nat chain ISTIO_OUTPUT");
        e.Message.ShouldBeGolden();
        e.NextStep.ShouldContain("sudo onboarding-agent sidecar clean");
        Encoding.UTF8.GetString(_record.Read().Cluster).ShouldBe("ISTIO_META_DNS_CAPTURE='true'\n");
    }

    [Fact]
    public async Task A_cleanup_that_fails_or_is_gone_with_its_package_leaves_it_to_the_agent()
    {
        await _redirection.PrepareAsync(First, captures: false);
        ShellScript.Write(_root, "usr/local/bin/istio-start.sh", "exit 1");
        await _redirection.UndoAsync();
        _record.Exists.ShouldBeFalse();

        await _redirection.PrepareAsync(First, captures: false);
        File.Delete(_root["usr/local/bin/istio-start.sh"]);
        await _redirection.UndoAsync();
        _record.Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task Rules_are_made_with_the_kept_environment_and_once()
    {
        Istio();
        await _redirection.PrepareAsync(First, captures: false);
        Log.ShouldBeEmpty();
        (await _redirection.MakeAsync()).ShouldBeTrue();
        (await _redirection.MakeAsync()).ShouldBeTrue();
        string line = Log.ShouldHaveSingleItem();
        line.ShouldStartWith($"init {_root.Path} ");
        line.ShouldEndWith(" ISTIO_META_DNS_CAPTURE='true'");
        (await _redirection.ReleaseAsync()).ShouldBeTrue();
        (await _redirection.ReleaseAsync()).ShouldBeFalse();
        (await _redirection.MakeAsync()).ShouldBeTrue();
        Log.Select(l => l.Split(' ')[0]).ShouldBe(["init", "clean", "init"]);
    }

    [Fact]
    public async Task A_sidecar_that_starts_again_finds_its_rules_in_force_all_the_time()
    {
        Istio();
        await _redirection.PrepareAsync(First, captures: true);
        await _redirection.PrepareAsync(First, captures: false);
        Log.Select(l => l.Split(' ')[0]).ShouldBe(["init"]);

        // Others, and as many as before but not all of them.
        await _redirection.PrepareAsync(Second, captures: false);
        Log.Select(l => l.Split(' ')[0]).ShouldBe(["init", "clean", "init"]);
        Log[^1].ShouldContain("NATIVE_NFTABLES=true");
        Rules("*nat\n:ISTIO_OUTPUT - [0:0]\nCOMMIT\n");
        Istio();
        await _redirection.PrepareAsync(Second, captures: false);
        Log.Select(l => l.Split(' ')[0]).ShouldBe(["init", "clean", "init", "clean", "init"]);
    }

    [Fact]
    public async Task After_a_reboot_nothing_is_redirected_until_the_sidecar_is_ready()
    {
        Istio();
        await _redirection.PrepareAsync(First, captures: true);
        Rules("");
        Istio();
        await _redirection.PrepareAsync(First, captures: false);
        File.ReadAllText(_root["rules"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rules_that_cannot_be_made_leave_none_behind()
    {
        Istio(exitCode: 1);
        await _redirection.PrepareAsync(First, captures: false);
        OnboardingException e = await Should.ThrowAsync<OnboardingException>(_redirection.MakeAsync);
        e.ErrorId.ShouldBe(ErrorIds.SidecarFailed);
        e.NextStep.ShouldEndWith("istio-start.sh init");
        File.ReadAllText(_root["rules"]).ShouldBeEmpty();
    }

    // What its script does: two rules, or none.
    private void Istio(int exitCode = 0)
    {
        Rules(File.Exists(_root["rules"]) ? File.ReadAllText(_root["rules"]) : "");
        ShellScript.Write(
            _root,
            "usr/local/bin/istio-start.sh",
            $"""
            echo "$1 $PWD $(cat "$ISTIO_SIDECAR_CONFIG" "$ISTIO_CLUSTER_CONFIG" | tr '\n' ' ' | sed 's/ *$//')" >> {_root["log"]}
            if [ "$1" = init ]; then printf '*nat\n:ISTIO_OUTPUT - [0:0]\n-A OUTPUT -j ISTIO_OUTPUT\nCOMMIT\n' > {_root["rules"]}; exit {exitCode}; fi
            : > {_root["rules"]}
            """);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private void Rules(string saved)
    {
        File.WriteAllText(_root["rules"], saved);
        ShellScript.Write(_root, "usr/sbin/iptables-nft-save", $"cat {_root["rules"]}");
        ShellScript.Write(_root, "usr/sbin/iptables-nft", "exit 0");
    }
}
