using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Native;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public sealed class IstioSidecarTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();
    private readonly TemporaryDirectory _workload = new();
    private readonly IstioHost _host;
    private readonly string _boot;

    public IstioSidecarTests()
    {
        Directory.CreateDirectory(_root["etc"]);
        File.WriteAllText(_root["etc/hosts"], "127.0.0.1 localhost\n");
        var store = new BootConfigurationStore(_workload.Path, DurableFiles.Instance);
        store.Apply(BootConfigurations.Make(), "uid-1");
        _boot = store.CurrentDirectory;
        _host = new IstioHost(_root.Path, _workload.Path, _ => Task.FromResult("unknown"), NullLogger.Instance, TimeProvider.System);
    }

    public void Dispose()
    {
        _root.Dispose();
        _workload.Dispose();
    }

    [Fact]
    public async Task The_files_go_where_Istio_s_packages_look_for_them()
    {
        await _host.PrepareAsync(new SidecarStart(_boot, "core-1"));
        File.ReadAllText(_root["var/lib/istio/config/mesh"]).ShouldBe("mesh: core-1");
        File.ReadAllText(_root["var/lib/istio/envoy/cluster.env"]).ShouldContain("CANONICAL_SERVICE='ratings'");
        File.ReadAllText(_root["etc/certs/root-cert.pem"]).ShouldStartWith("-----BEGIN CERTIFICATE-----");
        File.ReadAllText(_root["var/run/secrets/tokens/istio-token"]).ShouldBe("istio-token-1");
        File.GetUnixFileMode(_root["var/run/secrets/tokens/istio-token"]).ShouldBe(FileModes.Secret);
        File.ReadAllText(_root["etc/hosts"]).ShouldBe(
            "127.0.0.1 localhost\n# onboarding-agent: begin\n127.0.0.1 istiod-live-1.istio-system.svc\n# onboarding-agent: end\n");
    }

    [Fact]
    public async Task Leaving_removes_them_and_no_line_of_anybody_else()
    {
        await _host.PrepareAsync(new SidecarStart(_boot, "core-1"));
        File.AppendAllText(_root["etc/hosts"], "10.0.0.9 added-later\n");
        await _host.RemoveAsync();
        File.ReadAllText(_root["etc/hosts"]).ShouldBe("127.0.0.1 localhost\n10.0.0.9 added-later\n");
        File.Exists(_root["var/run/secrets/tokens/istio-token"]).ShouldBeFalse();
        File.Exists(_root["var/lib/istio/envoy/cluster.env"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("127.0.0.1 localhost\n# onboarding-agent: begin\n10.0.0.1 old\n10.0.0.9 theirs\n", "127.0.0.1 localhost\n10.0.0.1 old\n10.0.0.9 theirs\n")]
    [InlineData("# onboarding-agent: begin\n10.0.0.9 theirs\n# onboarding-agent: begin\n10.0.0.1 old\n# onboarding-agent: end\n10.0.0.8 more\n", "10.0.0.9 theirs\n10.0.0.8 more\n")]
    [InlineData("10.0.0.9 theirs\n# onboarding-agent: end\n10.0.0.8 more\n", "10.0.0.9 theirs\n10.0.0.8 more\n")]
    public async Task A_mark_without_its_counterpart_takes_nobodys_lines_along(string before, string kept)
    {
        File.WriteAllText(_root["etc/hosts"], before);
        await _host.PrepareAsync(new SidecarStart(_boot, "core-1"));
        File.ReadAllText(_root["etc/hosts"]).ShouldBe(
            kept + "# onboarding-agent: begin\n127.0.0.1 istiod-live-1.istio-system.svc\n# onboarding-agent: end\n");
        await _host.RemoveAsync();
        File.ReadAllText(_root["etc/hosts"]).ShouldBe(kept);
    }

    [Fact]
    public async Task The_files_are_given_to_the_proxy_s_user_where_the_agent_is_root()
    {
        File.WriteAllText(_root["etc/passwd"], "root:x:0:0::/root:/bin/sh\nistio-proxy:x:54321:54322::/:/bin/false\n");
        bool isRoot = LibC.EffectiveUserId() == 0;
        await _host.PrepareAsync(new SidecarStart(_boot, "core-1"));
        foreach (string file in (string[])["var/run/secrets/tokens/istio-token", "var/lib/istio/envoy/cluster.env"])
        {
            SecureFiles.Look(_root[file])!.Value.UserId.ShouldBe(isRoot ? 54321 : LibC.EffectiveUserId());
        }

        SecureFiles.Look(_root["etc/hosts"])!.Value.UserId.ShouldBe(LibC.EffectiveUserId());
    }

    [Fact]
    public async Task Leaving_minds_no_directory_that_nothing_was_installed_in()
    {
        File.WriteAllText(_root["etc/hosts"], "127.0.0.1 localhost\n");
        await _host.RemoveAsync();
        Directory.Exists(_root["var"]).ShouldBeFalse();
        File.ReadAllText(_root["etc/hosts"]).ShouldBe("127.0.0.1 localhost\n");
    }

    [Fact]
    public async Task The_start_script_and_the_version_are_those_of_the_package()
    {
        Directory.CreateDirectory(_root["usr/local/bin"]);
        ShellScript.Write(_root, "usr/local/bin/pilot-agent", "[ \"$*\" = 'version --short' ] && echo client version: 1.27.0");
        SidecarProgram program = IstioSidecar.Program(_root.Path, "canary", _workload.Path, NullLogger.Instance, TimeProvider.System);
        program.Path.ShouldBe(_root["usr/local/bin/istio-start.sh"]);
        program.WorkingDirectory.ShouldBe(_root.Path);
        (await program.ReadVersionAsync(CancellationToken.None)).ShouldBe("1.27.0");
        program.Revision.ShouldBe("canary");
        program.Readiness.ShouldBe(new Uri("http://127.0.0.1:15020/healthz/ready"));
    }

    [Fact]
    public async Task Where_Istio_is_not_installed_the_version_is_unknown() =>
        (await IstioSidecar.Program(_root.Path, null, _workload.Path, NullLogger.Instance, TimeProvider.System).ReadVersionAsync(CancellationToken.None)).ShouldBe("unknown");
}
