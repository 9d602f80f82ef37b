using System.Diagnostics;
using System.Security.Cryptography;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>What <c>build/package-agent.sh</c> makes of a binary; of which one doesn't matter here, and a small one is packed sooner.</summary>
public sealed class PackageBuildTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public PackageBuildTests() => Capability.SystemdMachines.Require();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Two_builds_make_the_same_bytes_whoever_builds_and_when()
    {
        await BuildAsync(["/bin/true", _directory["one"]], ("TZ", "UTC"), ("SOURCE_DATE_EPOCH", "1767225600"));
        await BuildAsync(["/bin/true", _directory["two"]], ("TZ", "Pacific/Auckland"), ("SOURCE_DATE_EPOCH", "1767225600"), ("USER", "another"), ("LC_ALL", "C.UTF-8"));

        Hashes("two").ShouldBe(Hashes("one"));
        Hashes("one").Length.ShouldBe(3);
        (int code, string said) = await PublishedTree.RunAsync("dpkg-deb", ["--field", Directory.GetFiles(_directory["one"], "*.deb").Single(), "Depends"]);
        code.ShouldBe(0);
        said.ShouldMatch(@"^libc6 \(>= 2\.[0-9]+\), ");
    }

    [Fact]
    public async Task A_build_with_a_JIT_is_a_tarball_whose_unit_lets_it_make_code()
    {
        await BuildAsync(["--jit", "/bin/true", _directory["jit"]], ("SOURCE_DATE_EPOCH", "1767225600"));

        string tarball = Directory.GetFiles(_directory["jit"]).Single();
        tarball.ShouldEndWith("-jit.tar.gz");
        (int code, string unit) = await PublishedTree.RunAsync("tar", ["-xzOf", tarball, "--wildcards", "*/onboarding-agent.service"]);
        code.ShouldBe(0, unit);
        unit.ShouldNotContain("\nMemoryDenyWriteExecute");
        unit.ShouldContain("\nNoNewPrivileges=yes");
    }

    private string[] Hashes(string build) =>
    [
        .. Directory.GetFiles(_directory[build]).Order(StringComparer.Ordinal).Select(f => $"{Path.GetFileName(f)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))}"),
    ];

    private static async Task BuildAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "build/package-agent.sh"), arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process build = Process.Start(start)!;
        Task<string> errors = build.StandardError.ReadToEndAsync();
        string output = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        build.ExitCode.ShouldBe(0, output + await errors);
    }
}
