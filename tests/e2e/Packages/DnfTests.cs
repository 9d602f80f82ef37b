using Onboarding.Testing;
using Onboarding.Tests.E2E.Machines;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>
/// dnf installs the RPM from the endpoint. There is no Fedora to install it in: its root is a Debian with systemd, where the package's scripts run,
/// and what it depends on is claimed by an empty package.
/// </summary>
public sealed class DnfTests : IAsyncLifetime
{
    private const string Root = "/tmp/machine/root";
    private readonly TemporaryDirectory _directory = new();
    private PublishedTree _tree = null!;
    private MachinePlane _plane = null!;
    private Sandbox _machine = null!;

    public async ValueTask InitializeAsync()
    {
        Capability.SystemdMachines.Require();
        _tree = new PublishedTree(_directory);
        await _tree.PublishAsync("first");
        _plane = await MachinePlane.StartAsync();
        await _plane.StopEndpointAsync();
        _plane.Packages = _tree.Directory;
        await _plane.StartEndpointAsync();
        _machine = await Sandbox.StartAsync(
            $"""
            mount -t tmpfs tmpfs /tmp
            mkdir -p {Root} /tmp/machine/upper /tmp/machine/work
            mount -t overlay overlay -o lowerdir={DebianRoot.Path},upperdir=/tmp/machine/upper,workdir=/tmp/machine/work {Root}
            mount -t proc proc {Root}/proc
            echo 'nameserver {_plane.Lan.Host}' >/tmp/resolv.conf
            mount --bind /tmp/resolv.conf /etc/resolv.conf
            """);
        await _plane.Lan.ConnectAsync(_machine);
        File.Copy(_plane.CertificateAuthority, _machine.File("/tmp/ca.pem"));
        File.Copy(_tree["key.asc"], _machine.File("/tmp/key.asc"));
        File.Copy(DebianRoot.Package("*.rpm"), _machine.File("/tmp/agent.rpm"));
        File.Copy(DebianRoot.Package("*.deb"), _machine.File("/tmp/agent.deb"));
        await _machine.RunAsync(
            $$"""
            cd /tmp && mkdir -p repos deps && cat >deps.spec <<END
            Name: deps
            Version: 1
            Release: 1
            Summary: what the agent needs
            License: none
            BuildArch: noarch
            AutoReqProv: no
            Provides: $(rpm -qp --requires agent.rpm 2>/dev/null | grep -v rpmlib | sed 's/^(\(.*\) or .*)$/\1/; s/ .*//' | sort -u | tr '\n' ',' | sed 's/,$//')
            %description
            It claims to be what the agent needs.
            %files
            END
            rpmbuild -bb --quiet --define '_topdir /tmp/rpm' --define '_rpmdir /tmp/deps' --define '_rpmfilename deps.rpm' deps.spec && createrepo_c --quiet deps
            cat >repos/test.repo <<END
            [onboarding]
            name=Onboarding
            baseurl=https://{{MachinePlane.Name}}:{{_plane.Port}}/yum/\$basearch
            gpgcheck=1
            repo_gpgcheck=1
            gpgkey=file:///tmp/key.asc
            sslcacert=/tmp/ca.pem
            [deps]
            name=What the agent needs
            baseurl=file:///tmp/deps
            gpgcheck=0
            END
            """);
    }

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
        }

        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task It_takes_what_the_operator_signed_and_the_RPM_holds_what_the_DEB_holds()
    {
        // Lists of the endpoint's own, whoever claims to have signed them.
        await _tree.PublishAsync("attacker");
        (int code, string said) = await DnfAsync("install onboarding-agent");
        code.ShouldNotBe(0, said);

        // The operator's lists, and another package.
        await _tree.PublishAsync("first");
        string package = Directory.GetFiles(_tree["yum"], "onboarding-agent*.rpm", SearchOption.AllDirectories).Single();
        byte[] good = await File.ReadAllBytesAsync(package);
        File.Copy(DebianRoot.Package("*.rpm"), package, overwrite: true);
        (code, said) = await DnfAsync("install onboarding-agent");
        code.ShouldNotBe(0, said);
        await _machine.RunAsync($"[ ! -e {Root}/usr/bin/onboarding-agent ]");

        await File.WriteAllBytesAsync(package, good);
        (code, said) = await DnfAsync("install onboarding-agent");
        code.ShouldBe(0, said);
        said.ShouldNotContain("scriptlet failed");
        (await _machine.RunAsync($"rpm --root {Root} -V onboarding-agent")).Trim().ShouldBeEmpty();
        string agent = (await _machine.RunAsync($"grep ^onboarding-agent: {Root}/etc/passwd")).Trim();
        agent.ShouldEndWith(":/var/lib/onboarding-agent:/usr/sbin/nologin");
        (await _machine.RunAsync($"stat -c '%a %u' {Root}/var/lib/onboarding-agent")).Trim().ShouldBe($"700 {agent.Split(':')[2]}");

        string[] rpm = (await _machine.RunAsync($"cd {Root} && rpm --root {Root} -ql onboarding-agent | sed 's:^/::' | while read -r f; do [ ! -f \"$f\" ] || echo \"$(stat -c %a:%u:%g \"$f\") $(sha256sum \"$f\")\"; done"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] deb = (await _machine.RunAsync("dpkg-deb -x /tmp/agent.deb /tmp/deb && cd /tmp/deb && find . -type f -printf '%P\\n' | while read -r f; do echo \"$(stat -c %a:%u:%g \"$f\") $(sha256sum \"$f\")\"; done"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        rpm.Except(deb).Select(Name).Order(StringComparer.Ordinal).ShouldBe(["usr/share/licenses/onboarding-agent/LICENSE", "usr/share/zsh/site-functions/_onboarding-agent"]);
        deb.Except(rpm).Select(Name).Order(StringComparer.Ordinal).ShouldBe(
        [
            "usr/share/doc/onboarding-agent/changelog.Debian.gz", "usr/share/doc/onboarding-agent/copyright", "usr/share/lintian/overrides/onboarding-agent",
            "usr/share/zsh/vendor-completions/_onboarding-agent",
        ]);
        rpm.Length.ShouldBeGreaterThanOrEqualTo(20);

        // What the administrator wrote stays.
        await _machine.RunAsync($"echo HTTPS_PROXY=http://proxy >>{Root}/etc/default/onboarding-agent");
        (code, said) = await DnfAsync("reinstall onboarding-agent");
        code.ShouldBe(0, said);
        (await _machine.RunAsync($"cat {Root}/etc/default/onboarding-agent")).ShouldContain("HTTPS_PROXY=http://proxy");
        (code, said) = await DnfAsync("remove onboarding-agent");
        code.ShouldBe(0, said);
        (await _machine.RunAsync($"cat {Root}/etc/default/onboarding-agent.rpmsave; ls {Root}/usr/bin/onboarding-agent 2>/dev/null || true")).ShouldNotContain("/usr/bin");
    }

    private static string Name(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1];

    private Task<(int Code, string Output)> DnfAsync(string command) => _machine.TryAsync(
        $"dnf -y --setopt=reposdir=/tmp/repos --setopt=cachedir=/tmp/cache --setopt=metadata_expire=0 --setopt=varsdir=/nonexistent --setopt=pluginpath=/nonexistent"
        + $" --setopt=module_platform_id=platform:test --releasever=1 --installroot {Root} {command} 2>&1");
}
