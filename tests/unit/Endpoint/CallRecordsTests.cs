using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.Sessions;
using Onboarding.Plane.Audit;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Telemetry;
using Onboarding.Testing;
using Shouldly;
using Xunit;
using static Onboarding.Tests.Unit.Authorization.TestPolicies;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>Attack: calls that cost their caller nothing fill the disk of the plane.</summary>
public sealed class CallRecordsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly TestLog _log = new();
    private readonly Lines _lines = new();
    private readonly CallRecords _records;

    public CallRecordsTests() => _records = new CallRecords(new AuditLog(_lines, new PlaneMetrics(), _time), _time, _log.CreateLogger<CallRecords>());

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A4_What_the_limiter_refuses_is_one_line_of_an_address_an_interval_with_how_many_there_were()
    {
        Deny(30_000, Reasons.RateLimited, "192.0.2.1");
        _lines.All.Count.ShouldBe(1);

        _time.Advance(CallRecords.Interval);
        Deny(5, Reasons.RateLimited, "192.0.2.1");

        _lines.All.Count.ShouldBe(2);
        JsonNode.Parse(_lines.All[1])!["repeated"]!.GetValue<int>().ShouldBe(29_999);
        _log.Entries.Count(e => e.EventId.Id == 4001).ShouldBe(2);
        _log.Entries.Last(e => e.EventId.Id == 4001).Message.ShouldContain("29999 more of 192.0.2.1");
    }

    [Fact]
    public void A4_Another_address_another_reason_and_another_identity_have_lines_of_their_own()
    {
        Deny(10, Reasons.RateLimited, "192.0.2.1");
        Deny(10, Reasons.RateLimited, "192.0.2.2");
        Deny(1, Reasons.TokenInvalid, "192.0.2.1");
        Deny(10, Reasons.RateLimited, "192.0.2.1", verified: "vm-1");
        Deny(10, Reasons.RateLimited, "192.0.2.1", verified: "vm-2");

        _lines.All.Count.ShouldBe(5);
    }

    [Fact]
    public void A4_What_is_worked_on_is_recorded_in_full_until_it_is_a_flood()
    {
        Deny(20_000, Reasons.TokenInvalid, "192.0.2.1");

        _lines.All.Count.ShouldBe(300);
        _time.Advance(7 * CallRecords.Interval);
        Deny(1, Reasons.TokenInvalid, "192.0.2.1");
        JsonNode.Parse(_lines.All[^1])!["repeated"]!.GetValue<int>().ShouldBe(19_700);
    }

    [Fact]
    public void A4_An_agent_that_says_something_all_the_time_is_read_no_faster_than_it_may_speak()
    {
        var pace = new SessionPace(_time);
        int taken = 0;
        while (pace.WaitAsync(CancellationToken.None).AsTask().IsCompleted)
        {
            taken++;
        }

        taken.ShouldBe(60);
    }

    private void Deny(int times, string reason, string address, string? verified = null)
    {
        for (int i = 0; i < times; i++)
        {
            var record = new AuditRecord("register", $"{i}", address)
            {
                Identity = verified is null ? null : Jwt(verified),
                IsVerified = verified is not null,
            };
            _records.Denied(record, new Refusal(RefusalCode.Unauthenticated, reason, "No."), address);
        }
    }

    private sealed class Lines : IAuditSink
    {
        public List<string> All { get; } = [];

        public void Write(string line) => All.Add(line);
    }
}
