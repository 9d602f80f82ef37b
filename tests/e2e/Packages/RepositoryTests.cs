using System.Diagnostics;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Machines;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>A machine that installs from the endpoint, and an endpoint that was taken over.</summary>
public sealed class RepositoryTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private MachinePlane _plane = null!;
    private ServiceMachine _machine = null!;

    private string Packages => _directory["packages"];

    private string Address => $"https://{MachinePlane.Name}:{_plane.Port}";

    public async ValueTask InitializeAsync()
    {
        Capability.SystemdMachines.Require();
        _plane = await MachinePlane.StartAsync();
        _machine = await ServiceMachine.StartAsync(_plane.Lan, "vm2");
        _machine.Copy(_plane.CertificateAuthority, "/usr/local/share/ca-certificates/plane.crt");
        // Offline: the endpoint is all that there is to install from.
        await _machine.RunAsync("update-ca-certificates; rm -f /etc/apt/sources.list");
        await PublishAsync("first");
        await _plane.StopEndpointAsync();
        _plane.Packages = Packages;
        await _plane.StartEndpointAsync();
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
    public async Task A_machine_installs_from_it_and_takes_nothing_that_the_endpoint_made_itself()
    {
        _machine.Copy(Path.Combine(Packages, "install.sh"), "/root/install.sh");
        (await _machine.TryAsync($"sh /root/install.sh 'https://token:secret@{MachinePlane.Name}'")).Code.ShouldBe(1);
        await _machine.RunAsync($"sh /root/install.sh {Address} 2>&1");
        (await _machine.RunAsync("onboarding-agent version")).ShouldStartWith("onboarding-agent v");
        (await _machine.TryAsync("systemctl is-enabled onboarding-agent")).Output.Trim().ShouldBe("disabled");

        // Whoever has the endpoint has the files, and not the key. A package of another content:
        string package = Directory.GetFiles(Path.Combine(Packages, "apt/pool"), "*.deb").Single();
        byte[] good = await File.ReadAllBytesAsync(package);
        byte[] bad = [.. good];
        bad[^1] ^= 1;
        await File.WriteAllBytesAsync(package, bad);
        (int code, string said) = await _machine.TryAsync("apt-get clean; apt-get install -y --reinstall onboarding-agent 2>&1");
        code.ShouldNotBe(0, said);
        await File.WriteAllBytesAsync(package, good);

        // … and lists that go with it, signed by another key.
        await PublishAsync("attacker");
        (code, said) = await _machine.TryAsync("apt-get update --error-on=any 2>&1");
        code.ShouldNotBe(0, said);

        // The operator's next tree is taken again.
        await PublishAsync("first");
        await _machine.RunAsync("apt-get update --error-on=any 2>&1");
    }

    private async Task PublishAsync(string owner)
    {
        string key = _directory[$"{owner}.asc"];
        if (!File.Exists(key))
        {
            await RunAsync(
                "sh", "-c",
                """
                export GNUPGHOME=$(mktemp -d)
                gpg --batch --quiet --passphrase '' --quick-generate-key "$1" rsa3072 sign never && gpg --batch --armor --export-secret-keys >"$2"
                gpgconf --kill all; rm -rf "$GNUPGHOME"
                """,
                "sh", owner, key);
        }

        await RunAsync(
            Path.Combine(Repository.Root, "build/package-repository.sh"), Packages, "--signing-key", key, DebianRoot.Package("*.deb"), DebianRoot.Package("*.rpm"));
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, output + await errors);
    }
}
