using System.Security.Cryptography;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Machines;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>A machine that installs from the endpoint, and an endpoint that was taken over.</summary>
public sealed class RepositoryTests : IAsyncLifetime
{
    private const string Newer = "99.0.0-1";
    private readonly TemporaryDirectory _directory = new();
    private PublishedTree _tree = null!;
    private ServicePlane _service = null!;
    private ServiceMachine _machine = null!;

    private MachinePlane Plane => _service.Plane;

    private string Address => $"https://{MachinePlane.Name}:{Plane.Port}";

    public async ValueTask InitializeAsync()
    {
        Capability.SystemdMachines.Require();
        _tree = new PublishedTree(_directory);
        _service = await ServicePlane.StartAsync();
        string powershell = Path.Combine(Path.GetDirectoryName(Tool.Directory)!, "powershell");
        string modules = Path.Combine(Repository.Root, "artifacts/module/Onboarding");
        (int code, string said) = await PublishedTree.RunAsync(
            "dotnet",
            [
                Path.Combine(powershell, "pwsh.dll"), "-NoProfile", "-NonInteractive", "-Command",
                $"Compress-PSResource -Path (Get-ChildItem {modules})[-1].FullName -DestinationPath {_directory[""]} -SkipModuleManifestValidate",
            ]);
        code.ShouldBe(0, said);
        string sidecar = AgentServiceTests.SidecarPackage(_directory[""]);
        await File.WriteAllTextAsync($"{sidecar}.sha256", Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(sidecar))));
        await _tree.PublishAsync(
            "first", "--sidecar", $"default={sidecar}", "--address", Address, "--module", Directory.GetFiles(_directory[""], "*.nupkg").Single());
        await Plane.StopEndpointAsync();
        Plane.Packages = _tree.Directory;
        await Plane.StartEndpointAsync();
        _machine = await ServiceMachine.StartAsync(Plane.Lan, "vm2", SeedAsync, (powershell, "/mnt/powershell"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
        }

        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task A_machine_that_cloud_init_made_installs_from_it_and_takes_nothing_that_the_endpoint_made_itself()
    {
        await _machine.RunAsync("cloud-init status --wait >/dev/null; cloud-init status --long; tail -n 40 /var/log/cloud-init-output.log; cloud-init status | grep -q done");
        await _service.WaitUntilReadyAsync(_machine);
        (await _machine.RunAsync("onboarding-agent status")).ShouldContain("Sidecar  : Running,");
        (await _machine.RunAsync("journalctl --boot -p warning -o cat -u 'onboarding-agent*'")).ShouldBeEmpty();
        (await _machine.TryAsync($"sh /root/install.sh 'https://token:secret@{MachinePlane.Name}'")).Code.ShouldBe(1);
        await InstallsModuleAsync();

        // Whoever has the endpoint has the files, and not the key. A package of another content:
        string package = Directory.GetFiles(_tree["apt/pool"], "onboarding-agent*.deb").Single();
        byte[] good = await File.ReadAllBytesAsync(package);
        byte[] bad = [.. good];
        bad[^1] ^= 1;
        await File.WriteAllBytesAsync(package, bad);
        (int code, string said) = await _machine.TryAsync("apt-get clean; apt-get install -y --reinstall onboarding-agent 2>&1");
        code.ShouldNotBe(0, said);
        await File.WriteAllBytesAsync(package, good);

        // … and lists that go with it, signed by another key.
        await _tree.PublishAsync("attacker");
        await UpdateAsync(isTaken: false);

        // The operator's next tree is taken again.
        await _tree.PublishAsync("first");
        await UpdateAsync(isTaken: true);

        // Another key: machines are given both, then it signs, then the old one is worth nothing any more.
        await _tree.PublishAsync("first", "--next-key", await _tree.KeyAsync("second"));
        await InstallAsync();
        await _tree.PublishAsync("second");
        await UpdateAsync(isTaken: true);
        await InstallAsync();
        await UpgradesRebootsAndLeavesNothingAsync();
        await _tree.PublishAsync("first");
        await UpdateAsync(isTaken: false);
    }

    // The machine as cloud-init made it: a newer build from the repository, a boot, and a removal.
    private async Task UpgradesRebootsAndLeavesNothingAsync()
    {
        string process = await ProcessAsync();
        string uid = (await _service.RegistrationAsync())!.Metadata.Uid!;
        await _tree.PublishAsync("second", await NewerAsync());
        await UpdateAsync(isTaken: true);
        await _machine.RunAsync("DEBIAN_FRONTEND=noninteractive apt-get install -y --only-upgrade onboarding-agent 2>&1");
        (await _machine.RunAsync("dpkg-query --show --showformat='${Version}' onboarding-agent")).ShouldBe(Newer);
        await IsReadyAsync();
        (await ProcessAsync()).ShouldBe(process);
        (await _service.RegistrationAsync())!.Metadata.Uid.ShouldBe(uid);

        await _machine.RebootAsync();
        await _service.WaitUntilReadyAsync(_machine);
        await IsReadyAsync();
        (await _machine.RunAsync("journalctl --boot -p warning -o cat -u 'onboarding-agent*'")).ShouldBeEmpty();

        string installed = await _machine.RunAsync("dpkg-query --listfiles onboarding-agent");
        await _machine.RunAsync("apt-get purge -y onboarding-agent 2>&1");
        string[] before = (await _machine.RunAsync("cat /root/before")).Split('\n');
        string[] left = (await _machine.RunAsync("sh /root/files.sh")).Split('\n');
        left.Except(before).Where(line => !IsOthers(line)).ShouldBeEmpty();
        before.Except(left).Where(line => !line.StartsWith("/etc/onboarding-agent", StringComparison.Ordinal)).ShouldBeEmpty();
        foreach (string file in installed.Split('\n').Where(f => Path.GetFileName(f).StartsWith("onboarding-agent", StringComparison.Ordinal)))
        {
            (await _machine.TryAsync($"test -e '{file}'")).Code.ShouldBe(1, file);
        }
    }

    // What is not the package's: cloud-init's notes, where install.sh says that packages come from, and Istio's package beside it.
    private static bool IsOthers(string line) => line.StartsWith("/var/lib/cloud/", StringComparison.Ordinal)
        || line.Contains("istio", StringComparison.Ordinal) || line.StartsWith("/usr/local/bin/", StringComparison.Ordinal)
        || line.Split(' ')[0] is "/etc/apt/sources.list.d/onboarding.list" or "/usr/share/keyrings/onboarding.asc";

    private Task<string> ProcessAsync() => _machine.RunAsync("systemctl show --property=MainPID --value onboarding-agent");

    private Task IsReadyAsync() => Eventually.Is(
        async () => (await _machine.TryAsync("onboarding-agent status")) is (0, var said) && said.Contains("Sidecar  : Running,", StringComparison.Ordinal), "status says that it is ready");

    // The same program as another version, as a release would be: what dpkg and apt look at is the control file.
    private async Task<string> NewerAsync()
    {
        string package = _directory[$"onboarding-agent_{Newer}_{Path.GetFileNameWithoutExtension(DebianRoot.Package("*.deb")).Split('_')[^1]}.deb"];
        (int code, string said) = await PublishedTree.RunAsync(
            "sh",
            [
                "-ec",
                """
                dpkg-deb --raw-extract "$1" "$2"
                sed -i "s/^Version: .*/Version: $3/" "$2/DEBIAN/control"
                dpkg-deb --root-owner-group --build "$2" "$4"
                """,
                "sh", DebianRoot.Package("*.deb"), _directory["newer"], Newer, package,
            ]);
        code.ShouldBe(0, said);
        return package;
    }

    private async Task InstallsModuleAsync()
    {
        string said = await _machine.RunAsync(
            $"""
            cat >/tmp/script.ps1 <<'END'
            $ErrorActionPreference = 'Stop'
            Register-PSResourceRepository -Name Mesh -Uri {Address}/nuget/index.json -Trusted
            Install-PSResource -Name Onboarding -Repository Mesh
            (Find-PSResource -Name Onboarding -Repository Mesh).Name
            Import-Module Onboarding
            (Get-Command -Module Onboarding -Name Register-MeshWorkload).Name
            END
            DOTNET_ROOT={ServiceMachine.DotnetRoot} DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 NO_COLOR=1 POWERSHELL_TELEMETRY_OPTOUT=1 \
              {ServiceMachine.DotnetRoot}/dotnet /mnt/powershell/pwsh.dll -NoProfile -NonInteractive -File /tmp/script.ps1
            """);
        said.Split('\n', StringSplitOptions.TrimEntries).ShouldBe(["Onboarding", "Register-MeshWorkload"]);
    }

    // What an administrator gives to a cloud: certificates, files, and what to run.
    private async Task SeedAsync(ServiceMachine machine)
    {
        static string Indented(string text) => string.Join('\n', text.Trim().Split('\n').Select(line => "    " + line));

        // Offline: the endpoint is all that there is to install from.
        File.Delete(machine["/etc/apt/sources.list"]);
        Directory.CreateDirectory(machine["/var/lib/cloud/seed/nocloud"]);
        await File.WriteAllTextAsync(machine["/root/files.sh"], AgentServiceTests.Files);
        await File.WriteAllTextAsync(machine["/var/lib/cloud/seed/nocloud/meta-data"], "instance-id: vm2\n");
        await File.WriteAllTextAsync(
            machine["/var/lib/cloud/seed/nocloud/user-data"],
            $"""
            #cloud-config
            preserve_hostname: true
            locale: false
            apt: {"{preserve_sources_list: true}"}
            ca_certs:
              trusted:
              - |
            {Indented(await File.ReadAllTextAsync(Plane.CertificateAuthority))}
            write_files:
            - path: /etc/onboarding-agent/onboarding.config.yaml
              content: |
            {Indented(_service.Onboarding)}
            - path: /etc/onboarding-agent/agent.config.yaml
              content: |
            {Indented(ServicePlane.Agent)}
            - path: /etc/onboarding-agent/join-token
              permissions: '0600'
              content: {await _service.TokenAsync("vm2")}
            runcmd:
            - sh /root/files.sh >/root/before
            - python3 -c "import urllib.request as u; u.urlretrieve('{Address}/install.sh', '/root/install.sh')"
            - sh /root/install.sh {Address}
            - apt-get install -y istio-sidecar
            - "chown onboarding-agent: /etc/onboarding-agent/join-token"
            - systemctl enable --now onboarding-agent
            """);
    }

    private async Task InstallAsync()
    {
        _machine.Copy(_tree["install.sh"], "/root/install.sh");
        await _machine.RunAsync($"sh /root/install.sh {Address} 2>&1");
    }

    private async Task UpdateAsync(bool isTaken)
    {
        (int code, string said) = await _machine.TryAsync("apt-get update --error-on=any 2>&1");
        (code == 0).ShouldBe(isTaken, said);
    }
}
