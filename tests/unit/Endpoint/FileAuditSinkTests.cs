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
                sink.Write($"line {i} ö");
            }
        }

        (await File.ReadAllLinesAsync(_directory["audit"])).ShouldBe(["before", .. Enumerable.Range(0, 5_000).Select(i => $"line {i} ö")]);
    }

    [Fact]
    public async Task When_the_disk_is_full_every_single_line_is_in_the_log()
    {
        _log.Expect("No space left");
        await using (var sink = new FileAuditSink("/dev/full", _log.CreateLogger<FileAuditSink>()))
        {
            for (int i = 0; i < 500; i++)
            {
                sink.Write($"<line {i}>");
            }
        }

        for (int i = 0; i < 500; i++)
        {
            _log.Entries.Count(e => e.EventId.Id == 4501 && e.Message.Contains($"<line {i}>", StringComparison.Ordinal)).ShouldBe(1, $"line {i}");
        }
    }
}
