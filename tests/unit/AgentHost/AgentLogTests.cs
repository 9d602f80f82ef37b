using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Onboarding.AgentHost.Logging;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.AgentHostTests;

public class AgentLogTests
{
    [Fact]
    public void A_line_of_text_has_time_level_event_and_message() =>
        Write(json: false, "Registration", "ratings").ShouldBe("2026-01-02T03:04:05.000Z warn  5007 Registered: value ratings\n");

    [Fact]
    public void A_line_of_json_has_the_values_beside_the_message() =>
        JsonNode.Parse(Write(json: true, "Registration", "ratings"))!.ToJsonString().ShouldBe(
            """{"time":"2026-01-02T03:04:05.000Z","level":"warn","eventId":5007,"event":"Registered","message":"value ratings","registration":"ratings"}""");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_comes_from_elsewhere_can_not_add_lines_or_talk_to_the_terminal(bool json)
    {
        string line = Write(json, "Reason", "no\n2026-01-02T03:04:05.000Z info  5007 Registered: forged \u001b[2J");
        line.TrimEnd('\n').ShouldNotContain("\n");
        line.ShouldNotContain("\u001b");
    }

    [Fact]
    public void Values_can_not_replace_the_line_s_own_fields() =>
        JsonNode.Parse(Write(json: true, "Level", "forged"))!["level"]!.GetValue<string>().ShouldBe("warn");

    [Fact]
    public void Details_for_developers_are_not_written()
    {
        using var output = new StringWriter();
        using var log = new AgentLog(output, LogFormat.Text, new FakeTimeProvider());
        log.CreateLogger("x").IsEnabled(LogLevel.Debug).ShouldBeFalse();
        log.CreateLogger("x").IsEnabled(LogLevel.Information).ShouldBeTrue();
    }

    private static string Write(bool json, string name, string value)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var log = new AgentLog(output, json ? LogFormat.Json : LogFormat.Text, new FakeTimeProvider());
        KeyValuePair<string, object?>[] values = [new(name, value), new("{OriginalFormat}", "value {it}")];
        log.CreateLogger("x").Log(LogLevel.Warning, new EventId(5007, "Registered"), values, null, (v, _) => $"value {v[0].Value}");
        return output.ToString();
    }
}
