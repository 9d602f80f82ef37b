using System.Security.Cryptography;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>What <c>build/packages.sh</c> takes into a tree, and what it refuses.</summary>
public sealed class PackagesToolTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly PublishedTree _tree;

    public PackagesToolTests()
    {
        Capability.SystemdMachines.Require();
        _tree = new PublishedTree(_directory);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_sidecar_is_taken_by_revision_once_its_checksum_is_right()
    {
        string stable = await SidecarAsync("1.28.0");
        string canary = await SidecarAsync("1.29.0");

        (int code, string said) = await _tree.TryPublishAsync("first", "--sidecar", $"canary={canary}");
        code.ShouldBe(1);
        said.ShouldContain("--sidecar-key");

        await File.WriteAllTextAsync($"{canary}.sha256", $"{new string('0', 64)}  istio-sidecar.deb\n");
        (code, said) = await _tree.TryPublishAsync("first", "--sidecar", $"canary={canary}");
        code.ShouldBe(1);
        said.ShouldContain($"{canary}.sha256");
        Directory.Exists(_tree.Directory).ShouldBeFalse("nothing of it is published");

        foreach (string package in (string[])[stable, canary])
        {
            await File.WriteAllTextAsync($"{package}.sha256", $"{Hash(package)}  istio-sidecar.deb\n");
        }

        await _tree.PublishAsync("first", "--sidecar", $"default={stable}", "--sidecar", $"canary={canary}");
        Hash(_tree["install/deb/amd64/istio-sidecar.deb"]).ShouldBe(Hash(stable));
        Hash(_tree["install/istio-sidecar/canary/deb/amd64/istio-sidecar.deb"]).ShouldBe(Hash(canary));
        (code, said) = await PublishedTree.RunAsync(
            "sh", ["-c", "cd \"$1\" && find . -name '*.sha256' -execdir sha256sum --check --quiet {} +", "sh", _tree["install"]]);
        code.ShouldBe(0, said);
        string list = await File.ReadAllTextAsync(_tree["apt/dists/stable/main/binary-amd64/Packages"]);
        list.ShouldContain("Version: 1.28.0");
        list.ShouldContain("Version: 1.29.0");
    }

    [Fact]
    public async Task A_sidecar_is_taken_by_its_publishers_signature_and_by_no_one_elses()
    {
        string package = await SidecarAsync("1.28.0");
        string publisher = await _tree.KeyAsync("publisher");
        await SignAsync("stranger", package);
        (int code, string said) = await _tree.TryPublishAsync("first", "--sidecar", $"default={package}", "--sidecar-key", publisher);
        code.ShouldBe(1);
        said.ShouldContain($"{package}.asc");

        await SignAsync("publisher", package);
        await _tree.PublishAsync("first", "--sidecar", $"default={package}", "--sidecar-key", publisher);
        File.Exists(_tree["install/deb/amd64/istio-sidecar.deb"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_package_than_the_one_that_was_meant_is_refused()
    {
        string sidecar = await SidecarAsync("1.28.0");

        (int code, string said) = await _tree.TryPublishAsync("first", sidecar);
        code.ShouldBe(1);
        said.ShouldContain("REVISION=PACKAGE");

        (code, said) = await _tree.TryPublishAsync("first", "--next-key", _directory["first.asc"]);
        code.ShouldBe(1);
        said.ShouldContain("first.asc");
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private async Task<string> SidecarAsync(string version)
    {
        Directory.CreateDirectory(_directory[$"sidecar-{version}/DEBIAN"]);
        await File.WriteAllTextAsync(
            _directory[$"sidecar-{version}/DEBIAN/control"],
            $"Package: istio-sidecar\nVersion: {version}\nArchitecture: amd64\nMaintainer: Istio <istio@example.com>\nDescription: a sidecar\n");
        string package = _directory[$"istio-sidecar-{version}.deb"];
        (int code, string said) = await PublishedTree.RunAsync("dpkg-deb", ["--build", _directory[$"sidecar-{version}"], package]);
        code.ShouldBe(0, said);
        return package;
    }

    private async Task SignAsync(string owner, string package)
    {
        await _tree.KeyAsync(owner);
        (int code, string said) = await PublishedTree.RunAsync(
            "sh",
            [
                "-c", "export GNUPGHOME=$(mktemp -d); gpg --batch --quiet --import \"$1\" && gpg --batch --yes --quiet --armor --detach-sign --output \"$2.asc\" \"$2\"; code=$?; gpgconf --kill all; exit $code",
                "sh", _directory[$"{owner}.asc"], package,
            ]);
        code.ShouldBe(0, said);
    }
}
