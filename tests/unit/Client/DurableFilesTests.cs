using Onboarding.Client.Native;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ClientTests;

public class DurableFilesTests
{
    [Fact]
    public void A_file_is_replaced_with_the_permissions_asked_for()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["f"], "old and longer");
        DurableFiles.Instance.Write(directory["f"], "new"u8, FileModes.Secret);
        File.ReadAllText(directory["f"]).ShouldBe("new");
        File.GetUnixFileMode(directory["f"]).ShouldBe(FileModes.Secret);
        Directory.GetFiles(directory.Path).Length.ShouldBe(1);
    }

    [Fact]
    public void Case53_a_planted_link_is_replaced_not_written_through()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["victim"], "precious");
        File.CreateSymbolicLink(directory["f"], directory["victim"]);
        DurableFiles.Instance.Write(directory["f"], "new"u8, FileModes.Secret);
        File.ReadAllText(directory["victim"]).ShouldBe("precious");
        File.ReadAllText(directory["f"]).ShouldBe("new");
    }

    [Fact]
    public void Case54_a_write_that_fails_leaves_nothing_behind()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["f"]);
        Should.Throw<IOException>(() => DurableFiles.Instance.Write(directory["f"], "new"u8, FileModes.Secret));
        Directory.GetFileSystemEntries(directory.Path).ShouldBe([directory["f"]]);
    }
}
