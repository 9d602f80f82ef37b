using Onboarding.Client.Errors;
using Onboarding.Client.State;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ClientTests;

public class StateDirectoryTests
{
    [Fact]
    public void A_directory_that_is_not_there_is_made_for_the_owner_alone()
    {
        using var directory = new TemporaryDirectory();
        using StateDirectory state = StateDirectory.Open(directory["deep/state"], "service");
        File.GetUnixFileMode(state.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Path.Combine(state.Path, "lock")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void A_second_owner_is_refused_and_told_who_the_first_is()
    {
        using var directory = new TemporaryDirectory();
        using StateDirectory first = StateDirectory.Open(directory["state"], "service");
        OnboardingException e = Should.Throw<OnboardingException>(() => StateDirectory.Open(directory["state"], "PowerShell"));
        e.ErrorId.ShouldBe(ErrorIds.StateDirectoryInUse);
        e.Message.ShouldContain(directory["state"]);
        e.Message.ShouldContain($"pid {Environment.ProcessId} (service)");
        e.NextStep.ShouldContain($"ps -fp {Environment.ProcessId}");
    }

    [Fact]
    public void An_owner_that_has_gone_leaves_the_directory_free()
    {
        using var directory = new TemporaryDirectory();
        StateDirectory.Open(directory["state"], "a kind with a longer name than the next").Dispose();
        StateDirectory.Open(directory["state"], "service").Dispose();
        File.ReadAllText(directory["state/lock"]).ShouldBe($$"""{"pid":{{Environment.ProcessId}},"kind":"service"}""");
    }

    [Fact]
    public void A_symbolic_link_is_refused()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["elsewhere"]);
        Directory.CreateSymbolicLink(directory["state"], directory["elsewhere"]);
        ShouldBeUnsafe(directory["state"], "symbolic link", $"ls -ld {directory["state"]}");
    }

    [Fact]
    public void A_directory_that_others_can_read_is_refused()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["state"], (UnixFileMode)0b111_101_101);
        ShouldBeUnsafe(directory["state"], "mode 0755", $"chmod 0700 {directory["state"]}");
    }

    [Fact]
    public void A_directory_that_the_group_can_write_is_refused()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["state"]);
        File.SetUnixFileMode(directory["state"], (UnixFileMode)0b111_111_000);
        ShouldBeUnsafe(directory["state"], "mode 0770", "chmod 0700");
    }

    [Fact]
    public void A_planted_link_in_place_of_a_part_of_it_is_refused()
    {
        using var directory = new TemporaryDirectory();
        using StateDirectory state = StateDirectory.Open(directory["state"], "service");
        Directory.CreateSymbolicLink(Path.Combine(state.Path, "workloads"), directory.Path);
        Should.Throw<OnboardingException>(() => state.Directory("workloads", "bookinfo.ratings"))
            .ErrorId.ShouldBe(ErrorIds.StateDirectoryUnsafe);
    }

    [Fact]
    public void A_lock_file_that_is_a_link_is_not_followed()
    {
        using var directory = new TemporaryDirectory();
        StateDirectory.Open(directory["state"], "service").Dispose();
        File.Delete(directory["state/lock"]);
        File.WriteAllText(directory["victim"], "precious");
        File.CreateSymbolicLink(directory["state/lock"], directory["victim"]);
        Should.Throw<OnboardingException>(() => StateDirectory.Open(directory["state"], "service"))
            .ErrorId.ShouldBe(ErrorIds.StateDirectoryUnwritable);
        File.ReadAllText(directory["victim"]).ShouldBe("precious");
    }

    [Fact]
    public void A_file_in_its_place_is_refused()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["state"], "");
        ShouldBeUnsafe(directory["state"], "isn't a directory", "ls -ld");
    }

    private static void ShouldBeUnsafe(string path, string why, string next)
    {
        OnboardingException e = Should.Throw<OnboardingException>(() => StateDirectory.Open(path, "service"));
        e.ErrorId.ShouldBe(ErrorIds.StateDirectoryUnsafe);
        e.Message.ShouldContain(path);
        e.Message.ShouldContain(why);
        e.NextStep.ShouldContain(next);
    }
}
