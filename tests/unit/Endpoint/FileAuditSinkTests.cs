using Onboarding.Plane.Audit;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>No decision goes unrecorded.</summary>
public sealed class FileAuditSinkTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _directory.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Lines_are_appended_in_order_and_all_there_when_it_is_closed()
    {
        await File.WriteAllTextAsync(_directory["audit"], "before\n");
        await using (var sink = new FileAuditSink(_directory["audit"], _log.CreateLogger<FileAuditSink>()))
        {
            for (int i = 0; i < 5_000; i++)
            {
                sink.Write($"{{\"line\":\"{i} ö\"}}");
            }
        }

        string[] lines = await File.ReadAllLinesAsync(_directory["audit"]);
        lines[0].ShouldBe("before");
        lines[1..].Select(l => AuditChain.Split(l).ShouldNotBeNull().Record).ShouldBe(Enumerable.Range(0, 5_000).Select(i => $"{{\"line\":\"{i} ö\"}}"));
    }

    [Fact]
    public async Task A4_Files_that_are_full_are_put_aside_and_the_oldest_goes()
    {
        await using (var sink = new FileAuditSink(_directory["audit"], _log.CreateLogger<FileAuditSink>(), mostBytes: 20_000, kept: 2))
        {
            for (int i = 0; i < 100; i++)
            {
                sink.Write($"{{\"line\":\"line {i:D4} {new string('x', 890)}\"}}");
                await Eventually.Is(() => new[] { "audit", "audit.1" }.Any(f => File.Exists(_directory[f]) && Has(_directory[f], $"line {i:D4}")), "the line");
            }
        }

        Directory.GetFiles(_directory.Path).Select(Path.GetFileName).Order().ShouldBe(["audit", "audit.1", "audit.2"]);
        Directory.GetFiles(_directory.Path).ShouldAllBe(f => new FileInfo(f).Length <= 20_000);
        (await File.ReadAllTextAsync(_directory["audit"])).ShouldContain("line 0099");
    }

    private static bool Has(string file, string text)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Contains(text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_disk_is_full_every_single_line_is_in_the_log()
    {
        _log.Expect("No space left");
        await using (var sink = new FileAuditSink("/dev/full", _log.CreateLogger<FileAuditSink>()))
        {
            for (int i = 0; i < 500; i++)
            {
                sink.Write($"{{\"line\":\"<{i}>\"}}");
            }
        }

        for (int i = 0; i < 500; i++)
        {
            _log.Entries.Count(e => e.EventId.Id == 4501 && e.Message.Contains($"<{i}>", StringComparison.Ordinal)).ShouldBe(1, $"line {i}");
        }
    }
}
