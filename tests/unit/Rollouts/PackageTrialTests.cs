using Onboarding.Client.Sidecar;
using Onboarding.Client.Sidecar.Istio;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Rollouts;

/// <summary>A new package that doesn't work: when the sidecar goes back, to what, and until when.</summary>
public sealed class PackageTrialTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly KeptPrograms _kept;
    private readonly PackageTrial _trial;
    private int _backs;

    public PackageTrialTests()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "usr/local/bin"));
        _kept = new KeptPrograms(_directory.Path);
        var program = new SidecarProgram("/x") { ReadPackage = () => InstalledFiles.Name(_directory.Path), Kept = _kept };
        _trial = new PackageTrial(_kept, new SidecarPackage(program, _directory.Path), _time, () => _backs++);
        Install("one", 1);
        Start("core-1").ShouldBe("core-1");
        _trial.Ready();
    }

    public void Dispose()
    {
        _trial.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Three_failed_starts_go_back_until_another_package_is_installed()
    {
        Install("two", 2);
        Start("core-2").ShouldBe("core-2");
        _trial.Failed();
        _trial.Started();
        _trial.Failed();
        _backs.ShouldBe(0);
        _trial.Failed();
        _backs.ShouldBe(1);

        Start("core-2").ShouldBe("core-1");
        _kept.AreUsed.ShouldBeTrue();
        Read(_kept.Apply(new SidecarProgram("/x"), _directory.Path).Environment["ISTIO_BIN_BASE"]).ShouldBe("one");
        _trial.Ready();
        Read(Kept()).ShouldBe("one", "what didn't work is never kept");
        Start("core-2").ShouldBe("core-1", "asked again, it stays there");

        Install("three", 3);
        Start("core-3").ShouldBe("core-3");
        _kept.AreUsed.ShouldBeFalse();
        _trial.Ready();
        Read(Kept()).ShouldBe("three");
    }

    [Fact]
    public void One_that_is_never_ready_goes_back_in_time()
    {
        Install("two", 2);
        Start("core-2");
        _time.Advance(PackageTrial.Patience);
        _backs.ShouldBe(1);
    }

    [Fact]
    public void One_that_was_ready_once_stays()
    {
        Install("two", 2);
        Start("core-2");
        _trial.Ready();
        _time.Advance(PackageTrial.Patience);
        for (int i = 0; i < 5; i++)
        {
            _trial.Failed();
        }

        _backs.ShouldBe(0);
    }

    [Fact]
    public void With_other_files_of_the_plane_s_there_is_nothing_to_go_back_to()
    {
        Install("two", 2);
        Start("core-2", "other files");
        _time.Advance(PackageTrial.Patience);
        _backs.ShouldBe(0);
    }

    [Fact]
    public void The_same_package_is_no_trial()
    {
        Start("core-2");
        _time.Advance(PackageTrial.Patience);
        _backs.ShouldBe(0);
    }

    [Fact]
    public void What_is_kept_outlives_the_package_and_goes_with_the_membership()
    {
        string bin = Path.Combine(_directory.Path, "usr/local/bin");
        File.Delete(Path.Combine(bin, "pilot-agent"));
        File.CreateSymbolicLink(Path.Combine(bin, "pilot-agent"), "/opt/pilot-agent");
        _kept.Keep("two");
        Install("three", 3);

        SidecarProgram program = _kept.Apply(new SidecarProgram("/x"), _directory.Path);
        program.Path.ShouldBe("/x", "nothing failed");
        _kept.AreUsed = true;
        program = _kept.Apply(new SidecarProgram("/x"), _directory.Path);
        program.Path.ShouldBe(Path.Combine(Kept(), "istio-start.sh"));
        program.Environment["PROXY_CONFIG"].ShouldContain($"binaryPath: {Kept()}/envoy\n");
        new FileInfo(Path.Combine(Kept(), "pilot-agent")).LinkTarget.ShouldBe("/opt/pilot-agent");
        File.GetUnixFileMode(Path.Combine(Kept(), "envoy")).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue();

        _kept.Forget();
        (_kept.AreUsed, _kept.Name, Directory.Exists(Kept())).ShouldBe((false, null, false));
    }

    private string Kept() => Path.Combine(_directory.Path, "var/lib/onboarding-agent-sidecar");

    private static string Read(string directory) => File.ReadAllText(Path.Combine(directory, "envoy"));

    private string Start(string core, string files = "files")
    {
        string chosen = _trial.Choose(core, files);
        new SidecarRecordFile(_directory.Path).Write(new SidecarRecord(1, 1, chosen, InstalledFiles.Name(_directory.Path)));
        _trial.Started();
        return chosen;
    }

    // As a package manager does: under another name first.
    private void Install(string content, int second)
    {
        foreach (string program in (string[])["istio-start.sh", "pilot-agent", "envoy"])
        {
            string path = Path.Combine(_directory.Path, "usr/local/bin", program);
            File.WriteAllText(path + ".new", content);
            File.SetUnixFileMode(path + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetLastWriteTimeUtc(path + ".new", DateTime.UnixEpoch.AddSeconds(second));
            File.Move(path + ".new", path, overwrite: true);
        }
    }
}
