using System.Text;
using Microsoft.Win32.SafeHandles;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
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
        using StateDirectory now = StateDirectory.Open(directory["state"], "service");
        Record(directory).ShouldBe($$"""{"pid":{{Environment.ProcessId}},"kind":"service"}""");
    }

    [Fact]
    public void An_owner_takes_its_record_along()
    {
        using var directory = new TemporaryDirectory();
        StateDirectory.Open(directory["state"], "service").Dispose();
        File.ReadAllText(directory["state/lock"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_asks_for_the_owner_keeps_nobody_from_becoming_it()
    {
        using var directory = new TemporaryDirectory();
        StateDirectory.Open(directory["state"], "service").Dispose();
        using var over = new CancellationTokenSource();
        Task[] askers = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(Ask, TaskCreationOptions.LongRunning))];
        for (int i = 0; i < 100; i++)
        {
            StateDirectory.Open(directory["state"], "service").Dispose();
        }

        await over.CancelAsync();
        await Task.WhenAll(askers);

        void Ask()
        {
            while (!over.IsCancellationRequested)
            {
                StateDirectory.OwnerOf(directory["state"]);
            }
        }
    }

    [Fact]
    public async Task One_that_looks_holds_up_nobody_and_an_owner_without_a_record_is_one_all_the_same()
    {
        using var directory = new TemporaryDirectory();
        using (StateDirectory.Open(directory["state"], "service"))
        {
            using (SafeFileHandle record = SecureFiles.Open(directory["state/lock"], LibC.OpenReadWrite))
            {
                RandomAccess.SetLength(record, 0);
            }

            StateDirectory.OwnerOf(directory["state"]).ShouldBe(new StateDirectoryOwner(0, "unknown"));
            Should.Throw<OnboardingException>(() => StateDirectory.Open(directory["state"], "PowerShell")).Message.ShouldContain("pid unknown");
        }

        using SafeFileHandle looking = SecureFiles.Open(directory["state/lock"], LibC.OpenReadWrite);
        LibC.Lock(looking, LibC.LockShared).ShouldBe(0);
        StateDirectory.OwnerOf(directory["state"]).ShouldBeNull();
        Task<StateDirectory> opening = Task.Run(() => StateDirectory.Open(directory["state"], "service"));
        looking.Dispose();
        using StateDirectory state = await opening;
        StateDirectory.OwnerOf(directory["state"])!.Kind.ShouldBe("service");
    }

    [Fact]
    public void Case53_a_symbolic_link_is_refused()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["elsewhere"]);
        Directory.CreateSymbolicLink(directory["state"], directory["elsewhere"]);
        ShouldBeUnsafe(directory["state"], "symbolic link", $"ls -ld {directory["state"]}");
    }

    [Fact]
    public void Case53_a_directory_that_others_can_read_is_refused()
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
    public void Case53_a_planted_link_in_place_of_a_part_of_it_is_refused()
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

    private static string Record(TemporaryDirectory directory)
    {
        // .NET's own ways to read a file would take its lock first.
        using SafeFileHandle file = SecureFiles.Open(directory["state/lock"], LibC.OpenReadOnly);
        byte[] content = new byte[512];
        return Encoding.UTF8.GetString(content, 0, RandomAccess.Read(file, content, 0));
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
