using System.CommandLine;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Hosting;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>What was written to the audit log and changed since is found.</summary>
public sealed class AuditChainTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _directory.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_log_is_one_chain_over_restarts_and_files_that_are_put_aside()
    {
        await WriteAsync(0, 30, mostBytes: 2_000, kept: 50);
        await WriteAsync(30, 30, mostBytes: 2_000, kept: 50);

        Directory.GetFiles(_directory.Path).Length.ShouldBeGreaterThan(2);
        AuditVerifier all = Verify();
        all.Problems.ShouldBeEmpty();
        all.Records.ShouldBe(60);
        all.IsFromBeginning.ShouldBeTrue();
    }

    [Fact]
    public async Task Every_single_change_of_a_byte_is_found()
    {
        await WriteAsync(0, 3);
        byte[] whole = await File.ReadAllBytesAsync(_directory["audit"]);
        for (int i = 0; i < whole.Length - 1; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 1;
            await File.WriteAllBytesAsync(_directory["audit"], changed);

            AuditVerifier found = Verify();

            // The hash of the last record has none after it to notice: the one that was noted elsewhere does.
            (found.Problems.Count > 0 || !found.IsFromBeginning).ShouldBeTrue($"byte {i}");
        }
    }

    [Theory]
    [InlineData("take out", 1)]
    [InlineData("swap", 1)]
    [InlineData("repeat", 1)]
    [InlineData("add", 1)]
    [InlineData("strip", 1)]
    [InlineData("empty", 0)]
    public async Task Records_that_are_moved_added_or_taken_out_are_found(string change, int problems)
    {
        await WriteAsync(0, 5);
        string[] lines = await File.ReadAllLinesAsync(_directory["audit"]);
        lines = change switch
        {
            "take out" => [.. lines[..2], .. lines[3..]],
            "swap" => [lines[0], lines[2], lines[1], .. lines[3..]],
            "repeat" => [lines[0], .. lines],
            "add" => [.. lines[..2], "{\"line\":\"9\",\"chain\":\"" + new string('a', 64) + "\"}", .. lines[2..]],
            "strip" => [.. lines.Select(l => AuditChain.Split(l)!.Value.Record)],
            _ => ["", .. lines],
        };
        await File.WriteAllLinesAsync(_directory["audit"], lines);

        Math.Min(Verify().Problems.Count, 1).ShouldBe(problems);
    }

    [Fact]
    public async Task Records_taken_off_the_end_are_found_by_a_hash_that_was_noted()
    {
        await WriteAsync(0, 5);
        string noted = Verify().Last.ShouldNotBeNull();
        Verify(noted).Problems.ShouldBeEmpty();

        await File.WriteAllLinesAsync(_directory["audit"], (await File.ReadAllLinesAsync(_directory["audit"]))[..4]);

        Verify().Problems.ShouldBeEmpty();
        Verify(noted).Problems.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_record_that_a_crash_cut_off_costs_no_other()
    {
        await WriteAsync(0, 3);
        await File.AppendAllTextAsync(_directory["audit"], "{\"line\":\"cut o");
        await WriteAsync(3, 3);

        AuditVerifier found = Verify();

        found.Records.ShouldBe(6);
        found.Problems.ShouldHaveSingleItem().ShouldContain("audit:4 ");
    }

    [Fact]
    public async Task A_file_that_another_program_put_aside_is_opened_again()
    {
        await using (var sink = new FileAuditSink(_directory["audit"], _log.CreateLogger<FileAuditSink>()))
        {
            sink.Write("{\"line\":\"1\"}");
            await Eventually.Is(() => Verify().Records == 1, "the first record");
            File.Move(_directory["audit"], _directory["audit.1"]);
            sink.Reopen();
            sink.Write("{\"line\":\"2\"}");
        }

        (await File.ReadAllLinesAsync(_directory["audit"])).Length.ShouldBe(1);
        Verify().Records.ShouldBe(2);
        Verify().Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_command_fails_for_a_changed_log_and_for_one_that_is_not_there()
    {
        await WriteAsync(0, 3);
        (await RunAsync("audit", "verify", _directory["audit"])).ShouldBe(0);
        (await RunAsync("audit", "verify", _directory["audit"], "--expect", new string('0', 64))).ShouldBe(1);
        (await RunAsync("audit", "verify", _directory["missing"])).ShouldBe(PlaneProgram.WrongUse);
        await File.WriteAllTextAsync(_directory["audit"], (await File.ReadAllTextAsync(_directory["audit"])).Replace("\"1\"", "\"7\"", StringComparison.Ordinal));
        (await RunAsync("audit", "verify", _directory["audit"])).ShouldBe(1);
    }

    private static Task<int> RunAsync(params string[] arguments)
    {
        var root = new RootCommand { AuditCommand.Create("onboarding-endpoint", TextWriter.Null, TextWriter.Null) };
        return new PlaneProgram("onboarding-endpoint").InvokeAsync(root, arguments, TextWriter.Null, TextWriter.Null);
    }

    private AuditVerifier Verify(string? expected = null) => AuditVerifier.Verify(
        [.. Enumerable.Range(1, 100).Select(i => _directory[$"audit.{i}"]).Where(File.Exists).Reverse(), .. File.Exists(_directory["audit"]) ? [_directory["audit"]] : (string[])[]],
        expected);

    private async Task WriteAsync(int first, int count, long mostBytes = FileAuditSink.DefaultBytes, int kept = FileAuditSink.DefaultKept)
    {
        await using var sink = new FileAuditSink(_directory["audit"], _log.CreateLogger<FileAuditSink>(), mostBytes, kept);
        for (int i = first; i < first + count; i++)
        {
            sink.Write($"{{\"line\":\"{i}\",\"fill\":\"{new string('x', 300)}\"}}");

            // One batch each, so that files are put aside.
            if (kept > FileAuditSink.DefaultKept)
            {
                await Eventually.Is(() => Verify().Records == i + 1, "the record is written");
            }
        }
    }
}
