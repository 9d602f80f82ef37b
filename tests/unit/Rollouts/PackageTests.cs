using Onboarding.Api.Rpc;
using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Sessions;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Rollouts;

/// <summary>A new package of the sidecar: how the agent notices it, and what it makes of the boot configuration.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private string _installed = "aa";

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_first_package_has_no_name_and_another_one_has_once_it_stays()
    {
        SidecarPackage package = Create();
        package.Starting();
        package.Look().ShouldBeFalse();
        package.Name.ShouldBeEmpty();

        _installed = "bb";
        package.Look().ShouldBeFalse("its files may still be coming");
        _installed = "cc";
        package.Look().ShouldBeFalse();
        package.Look().ShouldBeTrue();
        package.Name.ShouldBe("cc");
        package.Look().ShouldBeFalse("it is no news twice");

        _installed = "";
        (package.Look(), package.Look()).ShouldBe((false, false), "a package that is away is no package");
        package.Name.ShouldBe("cc");
    }

    [Fact]
    public void Another_agent_process_and_another_start_know_the_first_one()
    {
        Create().Starting();
        _installed = "bb";
        SidecarPackage next = Create();
        next.Starting();
        next.Name.ShouldBe("bb");

        _installed = "aa";
        next.Look();
        next.Look().ShouldBeTrue();
        next.Name.ShouldBeEmpty("it is the first one again");

        _installed = "bb";
        next.Forget();
        next.Starting();
        next.Name.ShouldBeEmpty("a member that joins anew begins with what there is");
    }

    [Fact]
    public void A_sidecar_whose_programs_are_not_followed_never_has_another_package()
    {
        _installed = "";
        SidecarPackage package = Create();
        package.Starting();
        (package.Look(), package.Look(), package.Name).ShouldBe((false, false, ""));
    }

    [Fact]
    public void A_program_that_was_replaced_names_another_package_and_one_that_was_installed_again_the_same()
    {
        string[] programs = ["istio-start.sh", "pilot-agent", "envoy"];
        string bin = Path.Combine(_directory.Path, "usr/local/bin");
        Directory.CreateDirectory(bin);
        InstalledFiles.Name(_directory.Path).ShouldBeEmpty();
        programs.ToList().ForEach(p => Install(p, "1", 1));
        string first = InstalledFiles.Name(_directory.Path);

        foreach (string program in programs)
        {
            Install(program, "22", 1);
            InstalledFiles.Name(_directory.Path).ShouldNotBe(first, program);
            Install(program, "2", 2);
            InstalledFiles.Name(_directory.Path).ShouldNotBe(first, program);
            File.Delete(Path.Combine(bin, program));
            Install(program, "1", 1);
            InstalledFiles.Name(_directory.Path).ShouldBe(first, program);
        }

        void Install(string program, string content, int second)
        {
            string path = Path.Combine(bin, program);
            File.WriteAllText(path, content);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(second));
        }
    }

    [Fact]
    public void Another_package_is_another_core_and_the_first_one_is_the_core_of_its_files()
    {
        BootContent content = new()
        {
            ClusterEnv = "env",
            MeshYaml = "mesh",
            RootCertificate = "root",
            Live = new LiveContent("hosts", new MeshAccount("ns", "sa", "spiffe://td/ns/ns/sa/sa")),
        };

        (content with { Package = "" }).CoreHash.ShouldBe(content.CoreHash);
        (content with { Package = "bb" }).CoreHash.ShouldNotBe(content.CoreHash);
        (content with { Package = "bb" }).CoreHash.ShouldNotBe((content with { Package = "cc" }).CoreHash);
    }

    [Fact]
    public void An_agent_is_taken_at_its_word_now_and_then()
    {
        var time = new FakeTimeProvider();
        var package = new MemberPackage(time, new HealthReport { Package = "aa" });
        package.Settle().ShouldBe("aa");
        package.Take(new HealthReport { Package = "aa" }).ShouldBeNull();
        package.Take(new HealthReport { Package = "bb" }).ShouldBe(time.GetUtcNow());
        package.Settle().ShouldBe("bb");

        package.Take(new HealthReport { Package = "cc" }).ShouldBe(time.GetUtcNow().AddSeconds(10));
        package.Settle().ShouldBe("bb", "it has just changed its mind");
        time.Advance(TimeSpan.FromSeconds(10));
        package.Settle().ShouldBe("cc");
    }

    [Theory]
    [InlineData("AA")]
    [InlineData("../x")]
    [InlineData("aa\n")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_name_is_none(string name) => MemberPackage.NameIn(new HealthReport { Package = name }).ShouldBeEmpty();

    private SidecarPackage Create() => new(new SidecarProgram("/x") { ReadPackage = () => _installed }, _directory.Path);
}
