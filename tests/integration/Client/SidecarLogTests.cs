using System.Diagnostics;
using Onboarding.Client.Sidecar;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public sealed class SidecarLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SidecarLog _log;

    public SidecarLogTests() => _log = new SidecarLog(() => [new SidecarLogFile(LogFile, IsRotated: true)]);

    private string LogFile => _directory["sidecar.log"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_full_file_is_kept_beside_it_and_so_are_a_few_before()
    {
        for (int i = 1; i <= SidecarLog.Generations + 2; i++)
        {
            Fill(i);
            _log.Rotate();
            new FileInfo(LogFile).Length.ShouldBe(0);
        }

        Directory.GetFiles(_directory.Path).Select(Path.GetFileName).Order()
            .ShouldBe(["sidecar.log", "sidecar.log.1", "sidecar.log.2", "sidecar.log.3"]);
        File.ReadLines($"{LogFile}.1").First().ShouldBe($"run {SidecarLog.Generations + 2}");
        File.ReadLines($"{LogFile}.3").First().ShouldBe($"run {SidecarLog.Generations}");
        new FileInfo($"{LogFile}.1").Length.ShouldBeGreaterThan(SidecarLog.LargestFile);
    }

    [Fact]
    public void One_that_is_not_full_is_left_alone()
    {
        File.WriteAllText(LogFile, "small\n");
        _log.Rotate();
        Directory.GetFiles(_directory.Path).ShouldBe([LogFile]);
        File.ReadAllText(LogFile).ShouldBe("small\n");
    }

    /// <summary>The sidecar outlives its agent, and holds its log open: what it writes after a rotation lands in the file of that name.</summary>
    [Fact]
    public async Task A_writer_that_holds_the_file_open_goes_on_in_it()
    {
        Fill(1);
        var info = new ProcessStartInfo("/bin/sh", ["-c", "exec >>\"$1\"; while read line; do echo \"$line\"; done", "writer", LogFile]) { RedirectStandardInput = true };
        using Process writer = Process.Start(info)!;
        await writer.StandardInput.WriteLineAsync("before");
        await Eventually.Is(() => File.ReadLines(LogFile).Last() == "before", "the first line");
        _log.Rotate();
        await writer.StandardInput.WriteLineAsync("after");
        writer.StandardInput.Close();
        await writer.WaitForExitAsync();
        File.ReadAllText(LogFile).ShouldBe("after\n");
        File.ReadLines($"{LogFile}.1").Last().ShouldBe("before");
    }

    /// <summary>Attack: the sidecar's user owns the directory of Istio's log, and has root copy and empty another file.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_file_of_roots_is_neither_copied_nor_emptied_nor_quoted(bool byLink)
    {
        string theirs = _directory["shadow"];
        using (FileStream file = File.Create(theirs))
        {
            file.Write("error: secret\n"u8);
            file.SetLength(SidecarLog.LargestFile + 1);
        }

        if (byLink)
        {
            File.CreateSymbolicLink(LogFile, theirs);
        }
        else
        {
            using Process link = Process.Start("ln", [theirs, LogFile]);
            link.WaitForExit();
        }

        try
        {
            _log.Rotate();
        }
        catch (IOException)
        {
            // Told, too, is fine.
        }

        _log.LastWords().ShouldBeEmpty();
        new FileInfo(theirs).Length.ShouldBe(SidecarLog.LargestFile + 1);
        File.Exists($"{LogFile}.1").ShouldBeFalse();
    }

    [Fact]
    public void Lines_of_runs_before_are_not_quoted()
    {
        File.WriteAllText(LogFile, "T0\terror\tof yesterday\n");
        _log.Mark();
        _log.LastWords().ShouldBeEmpty();
        File.AppendAllText(LogFile, "T1\tinfo\tstarting\nT2\terror\ttoday\n");
        _log.LastWords().ShouldBe("T2 error today");
    }

    [Fact]
    public void After_a_rotation_all_that_is_there_is_of_this_run()
    {
        File.WriteAllText(LogFile, new string('x', 1000));
        _log.Mark();
        File.WriteAllText(LogFile, "T2\terror\trotated\n");
        _log.LastWords().ShouldBe("T2 error rotated");
    }

    [Fact]
    public void What_is_quoted_is_short_printable_and_without_credentials()
    {
        File.WriteAllText(
            LogFile,
            string.Concat(Enumerable.Range(0, 500).Select(i => $"{i} error \u001b[31m{new string('a', 2000)}\n"))
                + $"error token eyJhbGciOiJIUzI1NiJ9.e30.c2ln and key {new string('K', 64)}=\n");
        string quoted = _log.LastWords();
        quoted.Length.ShouldBeLessThan(1_000);
        quoted.ShouldBeGolden();
        quoted.ShouldNotContain("\u001b");
    }

    [Fact]
    public void Where_no_line_tells_of_a_problem_the_last_ones_are_quoted()
    {
        File.WriteAllText(LogFile, "one\ntwo\nthree\nfour\nfive\n");
        _log.LastWords().ShouldBe("two | three | four | five");
    }

    private void Fill(int run)
    {
        using FileStream file = File.Open(LogFile, FileMode.Append);
        file.Write(System.Text.Encoding.UTF8.GetBytes($"run {run}\n"));
        file.Write(new byte[SidecarLog.LargestFile]);
        file.WriteByte((byte)'\n');
    }
}
