using Onboarding.Laptop.Planes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class PlaneFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Removing_a_planes_data_leaves_what_isnt_its_own()
    {
        var files = new PlaneFiles(_directory["home"]);
        files.Create();
        Directory.CreateDirectory(Path.Combine(files.Root, "control-plane"));
        Directory.CreateDirectory(files.Launchers);
        File.WriteAllText(files.Log, "");
        File.WriteAllText(Path.Combine(files.Root, "endpoint-ca.pem"), "");
        string thesis = Path.Combine(files.Root, "thesis.tex");
        File.WriteAllText(thesis, "years of work");

        files.Remove();

        Directory.EnumerateFileSystemEntries(files.Root).ShouldBe([thesis]);
    }

    [Fact]
    public void A_directory_that_held_nothing_else_goes_too()
    {
        var files = new PlaneFiles(_directory["plane"]);
        files.Create();
        File.WriteAllText(files.Kubeconfig, "");

        files.Remove();
        files.Remove();

        Directory.Exists(files.Root).ShouldBeFalse();
    }

    [Fact]
    public void The_directory_is_its_owners_alone_for_it_holds_keys()
    {
        var files = new PlaneFiles(_directory["private"]);
        files.Create();
        File.GetUnixFileMode(files.Root).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
